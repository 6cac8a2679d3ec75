import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AcceptedContext } from '#main/network/service.ts';
import {
  FAILURE,
  outcomesOf,
  readReport,
  readRequest,
  reportDataSet,
  requestDataSet,
} from '#main/services/commitment/report.ts';
import { outgoing } from '#main/services/dataSets.ts';
import { IsocenterError } from '#shared/contract/errors.ts';
import type { DataSetInput } from '#shared/dicom/codec/encode.ts';
import { CT_IMAGE, EXPLICIT_LITTLE_ENDIAN, RT_PLAN } from '#shared/dicom/uid.ts';

const CONTEXT: AcceptedContext = { id: 1, abstractSyntax: '', transferSyntax: EXPLICIT_LITTLE_ENDIAN, role: 'scu' };
const bytes = (dataset: DataSetInput) => outgoing(dataset, CONTEXT)[0];
const A = { sopClassUid: CT_IMAGE, sopInstanceUid: '1.2.1' };
const B = { sopClassUid: CT_IMAGE, sopInstanceUid: '1.2.2' };

describe('what a report says of each object', () => {
  const report = (committed: (typeof A)[], failed: (typeof A & { reason: number })[] = []) =>
    outcomesOf([A, B], { transactionUid: '1.2', committed, failed }).map(({ outcome, reason }) => [outcome, reason]);

  it('committed is only what is named as committed, with its class, and not as failed too', () => {
    expect(report([A, B])).toEqual([
      ['committed', undefined],
      ['committed', undefined],
    ]);
    expect(report([A])[1]).toEqual(['failed', 'the report does not name it']);
    expect(report([{ ...A, sopClassUid: RT_PLAN }, B])[0]).toEqual([
      'failed',
      'reported as another kind of object, RT Plan',
    ]);
    expect(report([A, B], [{ ...B, reason: FAILURE.resources }])[1]).toEqual([
      'failed',
      'it lacks the resources (0213H)',
    ]);
    expect(report([], [{ ...A, reason: 0x9999 }])[0]).toEqual(['failed', 'no reason that the standard knows (9999H)']);
  });
});

describe('commitment messages', () => {
  it('come back as they were', () => {
    const request = { transactionUid: '1.2', objects: [A, B] };
    expect(readRequest(bytes(requestDataSet(request)), CONTEXT, 'X')).toEqual(request);
    const report = { transactionUid: '1.2', committed: [A], failed: [{ ...B, reason: FAILURE.noSuchInstance }] };
    expect(readReport(bytes(reportDataSet(report)), CONTEXT, 'X')).toEqual(report);
  });

  it.each<[string, DataSetInput, string]>([
    ['no transaction', { ReferencedSOPSequence: [] }, 'TransactionUID'],
    ['no object', { TransactionUID: '1.2' }, 'ReferencedSOPSequence'],
    [
      'an object without class',
      { TransactionUID: '1.2', ReferencedSOPSequence: [{ ReferencedSOPInstanceUID: '1.2.1' }] },
      'ReferencedSOPClassUID',
    ],
  ])('are refused with %s', (_, dataset, attribute) => {
    expect(() => readRequest(bytes(dataset), CONTEXT, 'X')).toThrow(expect.objectContaining({ attribute }));
  });

  it('of any bytes are read or refused in words, never anything else', () => {
    const whole = Uint8Array.from(bytes(requestDataSet({ transactionUid: '1.2', objects: [A, B] })));
    const mutated = fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { maxLength: 6 }).map((changes) => {
      const copy = whole.slice();
      for (const [at, byte] of changes) copy[at] = byte;
      return copy;
    });
    fc.assert(
      fc.property(fc.oneof(mutated, fc.uint8Array({ maxLength: 200 })), (input) => {
        for (const read of [readRequest, readReport])
          try {
            read(input, CONTEXT, 'X');
          } catch (error) {
            expect(error).toBeInstanceOf(IsocenterError);
          }
      }),
      { numRuns: 500 },
    );
  });
});
