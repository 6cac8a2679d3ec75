import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { keySet } from '#main/host/workflow/localTasks.ts';
import type { Keys } from '#main/services/query/identifier.ts';
import { inputOf, merged, readAttributes, storeAttributes } from '#main/services/ups/attributes.ts';
import { answerFor, matches } from '#main/services/ups/matching.ts';
import type { DataSetInput } from '#shared/dicom/codec/encode.ts';

const TASK: DataSetInput = {
  PatientName: 'Müller^Jörg=山田^太郎',
  PatientID: 'P1',
  ScheduledProcedureStepStartDateTime: '20261124091500',
  PatientBirthDate: '19500102',
  ScheduledWorkitemCodeSequence: [{ CodeValue: '121726', CodingSchemeDesignator: 'DCM', CodeMeaning: 'Treatment' }],
  SOPInstanceUID: '1.2.3',
  ProcedureStepProgressInformationSequence: [],
};
const dataset = (attributes: DataSetInput) => readAttributes(storeAttributes(attributes), 'test');
const fits = (keys: Keys): boolean => matches(keySet(keys), dataset(TASK));

describe('matching of tasks', () => {
  it.each<[boolean, Keys]>([
    [true, {}],
    [true, { PatientID: '' }],
    [true, { PatientID: 'P1' }],
    [false, { PatientID: 'p1' }],
    [false, { PatientID: 'P' }],
    [true, { PatientID: 'P?' }],
    [false, { PatientID: 'P??' }],
    [true, { PatientName: 'müller*' }],
    [true, { PatientName: '*山田*' }],
    [false, { PatientName: 'Müller' }],
    [true, { SOPInstanceUID: '1.2.4\\1.2.3' }],
    [false, { SOPInstanceUID: '1.2.4' }],
    [true, { ScheduledProcedureStepStartDateTime: '20261124-20261124' }],
    [true, { ScheduledProcedureStepStartDateTime: '20261124091500' }],
    [true, { ScheduledProcedureStepStartDateTime: '-202611240915' }],
    [false, { ScheduledProcedureStepStartDateTime: '20261124091501-' }],
    [false, { ScheduledProcedureStepStartDateTime: '-20261123' }],
    [true, { ScheduledProcedureStepStartDateTime: '20261124080000+0100-20261124100000+0100' }],
    [true, { PatientBirthDate: '1950-19501231' }],
    [true, { ScheduledWorkitemCodeSequence: [{ CodeValue: '121726', CodeMeaning: '' }] }],
    [false, { ScheduledWorkitemCodeSequence: [{ CodeValue: '121727' }] }],
    [true, { ScheduledWorkitemCodeSequence: [] }],
    [false, { WorklistLabel: 'X' }],
    [true, { WorklistLabel: '' }],
    [false, { ProcedureStepProgressInformationSequence: [{ ProcedureStepProgress: '5' }] }],
  ])('%s: %j', (expected, keys) => {
    expect(fits(keys)).toBe(expected);
  });

  it('a pattern made of a text matches it, however many stars there are', () => {
    const text = fc.stringMatching(/^[A-Z]{1,40}$/);
    fc.assert(
      fc.property(text, fc.array(fc.nat(40), { maxLength: 20 }), (value, cuts) => {
        const pattern = cuts.reduce((at, cut) => `${at.slice(0, cut)}*${at.slice(cut)}`, value);
        const task = dataset({ PatientID: value });
        expect(matches(keySet({ PatientID: pattern }), task)).toBe(true);
        expect(matches(keySet({ PatientID: `${pattern}0` }), task)).toBe(false);
      }),
    );
  });

  it('answers what was asked for, empty where there is nothing', () => {
    const keys = keySet({ PatientID: 'P*', WorklistLabel: '', InputInformationSequence: [] });
    expect(answerFor(keys, dataset(TASK))).toEqual({
      PatientID: ['P1'],
      WorklistLabel: [],
      InputInformationSequence: [],
    });
  });
});

describe('attributes of tasks', () => {
  it('are kept with private ones and every item, in any script', () => {
    const all: DataSetInput = { ...TASK, '0009,0010:LO': 'OURS', '0009,1001:UN': Uint8Array.of(1, 2, 3, 4) };
    const kept = dataset(inputOf(dataset(all)));
    expect(kept.string('PatientName')).toBe('Müller^Jörg=山田^太郎');
    expect(kept.string(0x00090010)).toBe('OURS');
    expect([...kept.bytes(0x00091001)]).toEqual([1, 2, 3, 4]);
    expect(kept.sequence('ScheduledWorkitemCodeSequence')[0].string('CodeValue')).toBe('121726');
  });

  it('are changed attribute by attribute, a sequence as a whole', () => {
    const changed = merged(TASK, { ScheduledWorkitemCodeSequence: [], PatientID: 'P2' });
    expect(changed).toMatchObject({ ScheduledWorkitemCodeSequence: [], PatientID: 'P2', PatientBirthDate: '19500102' });
  });
});
