import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { incoming } from '#main/services/dataSets.ts';
import { answerOf, encodeIdentifier, type Keys } from '#main/services/query/identifier.ts';
import { parseFindIdentifier } from '#main/services/query/findIdentifier.ts';
import type { QuerySource } from '#main/services/query/querySource.ts';
import { parseRetrieveIdentifier } from '#main/services/query/retrieveIdentifier.ts';
import { IsocenterError } from '#shared/contract/errors.ts';
import type { DataSet } from '#shared/dicom/codec/dataset.ts';
import { storageContexts } from '#main/services/query/storageContexts.ts';
import { STORAGE_TRANSFER_SYNTAXES } from '#main/network/transferSyntaxes.ts';
import { EXPLICIT_LITTLE_ENDIAN, IMPLICIT_LITTLE_ENDIAN } from '#shared/dicom/uid.ts';

const context = (transferSyntax: string) => ({ id: 1, abstractSyntax: '1.2', transferSyntax, role: 'scu' as const });
const through = (keys: Keys, transferSyntax: string, characterSet?: readonly string[]) => {
  const [bytes] = encodeIdentifier(keys, context(transferSyntax), characterSet);
  return incoming(bytes, context(transferSyntax), 'test');
};

describe.each([EXPLICIT_LITTLE_ENDIAN, IMPLICIT_LITTLE_ENDIAN])('an identifier in %s', (transferSyntax) => {
  it('carries keys that are no values of their VR: wildcards, ranges, lists, nested ones', () => {
    const keys = {
      PatientName: 'Mü*',
      StudyDate: '20240101-',
      StudyTime: '-1200',
      StudyInstanceUID: '1.2\\1.3',
      Modality: 'C?',
      Rows: '512',
      ScheduledProcedureStepSequence: [{ ScheduledStationAETitle: 'LINAC*', ScheduledProcedureStepStartDate: '' }],
    };
    const dataset = through(keys, transferSyntax);
    expect(dataset.string('SpecificCharacterSet')).toBe('ISO_IR 192');
    expect(answerOf(dataset)).toEqual({ ...keys, StudyInstanceUID: ['1.2', '1.3'] });
  });

  it('names no character set when none is wanted and ASCII does; UTF-8 where the wanted one does not', () => {
    expect(through({ PatientName: 'Doe' }, transferSyntax, []).element('SpecificCharacterSet')).toBeUndefined();
    expect(through({ PatientName: 'Dœ' }, transferSyntax, []).string('SpecificCharacterSet')).toBe('ISO_IR 192');
    const latin1 = through({ PatientName: 'Müller' }, transferSyntax, ['ISO_IR 100']);
    expect(Buffer.from(latin1.bytes('PatientName')).toString('latin1')).toBe('Müller');
  });

  it('brings any name through', () => {
    const part = fc
      .string({ unit: 'grapheme', maxLength: 20 })
      .map((text) => text.replace(/[\\\p{Cc}\0]/gu, '').trim());
    fc.assert(
      fc.property(part, (name) => {
        const dataset = through({ PatientName: name }, transferSyntax);
        expect(dataset.string('PatientName').normalize('NFC')).toBe(name.normalize('NFC'));
      }),
    );
  });
});

describe('keys', () => {
  it('of attributes that do not exist are a usage error, numbers that are none are refused', () => {
    expect(() => through({ PatientNme: 'X' }, EXPLICIT_LITTLE_ENDIAN)).toThrow(
      expect.objectContaining({ code: 'USAGE', attribute: 'PatientNme' }),
    );
    expect(() => through({ Rows: 'many' }, EXPLICIT_LITTLE_ENDIAN)).toThrow(
      expect.objectContaining({ code: 'INVALID_ATTRIBUTE', attribute: 'Rows' }),
    );
  });
});

describe('contexts for C-GET', () => {
  it('give every transfer syntax a context of its own when the classes are few', () => {
    const contexts = storageContexts(['1.2.840.10008.5.1.4.1.1.2', '1.2.840.10008.5.1.4.1.1.4'], 127);
    expect(contexts).toHaveLength(2 * STORAGE_TRANSFER_SYNTAXES.length);
    expect(contexts.every(({ transferSyntaxes, role }) => transferSyntaxes.length === 1 && role === 'scp')).toBe(true);
  });

  it.each([0, 1, 5, 60, 200])('never are more than fit, and offer every class all syntaxes: %i classes', (count) => {
    const classes = Array.from({ length: count }, (_, index) => `1.2.840.10008.5.1.4.1.1.9999.${index}`);
    const contexts = storageContexts(classes, 127);
    expect(contexts.length).toBeLessThanOrEqual(127);
    for (const [, own] of Map.groupBy(contexts, ({ abstractSyntax }) => abstractSyntax))
      expect(new Set(own.flatMap(({ transferSyntaxes }) => transferSyntaxes)).size).toBe(
        STORAGE_TRANSFER_SYNTAXES.length,
      );
  });
});

describe('what comes as an identifier', () => {
  const source: QuerySource = {
    attribute: (tag) =>
      tag === 0x00100020 ? { keyword: 'PatientID', level: 'PATIENT', isMatchable: true } : undefined,
    rows: async function* () {},
  };
  const keys = {
    QueryRetrieveLevel: 'STUDY',
    PatientID: 'A*',
    Rows: '5',
    OtherPatientIDsSequence: [{ PatientID: 'B' }],
  };
  const good = Buffer.from(encodeIdentifier(keys, context(EXPLICIT_LITTLE_ENDIAN))[0]);

  it('is understood or refused by name, however it is broken', () => {
    const broken = fc
      .tuple(fc.array(fc.tuple(fc.nat(good.length - 1), fc.nat(255)), { maxLength: 6 }), fc.nat(good.length))
      .map(([changes, length]) => {
        const bytes = Buffer.from(good);
        for (const [at, byte] of changes) bytes[at] = byte;
        return bytes.subarray(0, length);
      });
    let understood = 0;
    fc.assert(
      fc.property(broken, fc.constantFrom(EXPLICIT_LITTLE_ENDIAN, IMPLICIT_LITTLE_ENDIAN), (bytes, transferSyntax) => {
        for (const parse of [
          (dataSet: DataSet) => parseFindIdentifier(dataSet, 'study', source, false),
          (dataSet: DataSet) => parseRetrieveIdentifier(dataSet, 'patient', true),
        ])
          try {
            parse(incoming(bytes, context(transferSyntax), 'test'));
            understood++;
          } catch (error) {
            expect(error).toBeInstanceOf(IsocenterError);
          }
      }),
      { numRuns: 500 },
    );
    expect(understood).toBeGreaterThan(0);
  });
});
