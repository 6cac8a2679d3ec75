import { describe, expect, it } from 'vitest';
import { worklistKeys } from '#main/services/worklist/find.ts';
import { inOrder, worklistItems } from '#main/services/worklist/item.ts';

describe('keys of a worklist query', () => {
  it('stand where PS3.4 table K.6-1 has them, given flat or nested', () => {
    const flat = worklistKeys({ PatientID: 'P1', Modality: 'CT' });
    const nested = worklistKeys({ PatientID: 'P1', ScheduledProcedureStepSequence: [{ Modality: 'CT' }] });
    expect(flat).toEqual(nested);
    expect(flat).toMatchObject({ PatientID: 'P1', StudyInstanceUID: '' });
    expect(flat).not.toHaveProperty('Modality');
    expect(flat.ScheduledProcedureStepSequence).toMatchObject([{ Modality: 'CT', ScheduledStationAETitle: '' }]);
  });
});

describe('items of a worklist', () => {
  it('are one for each scheduled step, in order of time', () => {
    const step = (id: string, time: string) => ({
      ScheduledProcedureStepID: id,
      ScheduledProcedureStepStartDate: '20261124',
      ScheduledProcedureStepStartTime: time,
    });
    const items = worklistItems({
      PatientID: 'P1',
      ScheduledProcedureStepSequence: [step('2', '10'), step('1', '0915')],
    });
    expect(inOrder(items).map(({ stepId, patientId }) => [stepId, patientId])).toEqual([
      ['1', 'P1'],
      ['2', 'P1'],
    ]);
  });

  it('are none where the answer has no step', () => {
    expect(worklistItems({ PatientID: 'P1', ScheduledProcedureStepSequence: '' })).toEqual([]);
  });
});
