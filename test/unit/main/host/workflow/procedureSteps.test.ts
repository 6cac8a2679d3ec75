import { expect, test } from 'vitest';
import { serverScene } from '#test/unit/main/server/scene.ts';
import type { WorklistItem } from '#shared/contract/rpc/worklist.ts';

const ITEM: WorklistItem = {
  patientName: 'Doe^Jane', patientId: 'P1', issuerOfPatientId: '', patientBirthDate: '', patientSex: '', accessionNumber: '',
  studyInstanceUid: '2.25.81', requestedProcedureId: 'R1', requestedProcedure: 'CT', referringPhysician: '', stepId: 'S1',
  step: 'Planning CT', modality: 'CT', stationAeTitle: '', stationName: '', location: '', startDate: '20260101',
  startTime: '0900', performingPhysician: '', protocols: [], referencedStudies: [],
}; // biome-ignore format: a list
/** Nothing listens there. */
const RIS = { id: '', aeTitle: 'RIS', host: '127.0.0.1', port: 1 };

test('a scheduled step is begun once, and forgotten only while nobody was told of it', async () => {
  await using scene = await serverScene();
  const desk = scene.services.workflow.worklist;
  const beginning = desk.start(RIS, ITEM);
  const [{ sopInstanceUid }] = desk.steps();
  expect(() => desk.forget(sopInstanceUid)).toThrow('being told');
  await expect(desk.start(RIS, ITEM)).rejects.toMatchObject({ code: 'CONFLICT' });
  expect(await beginning).toMatchObject({ state: 'creating', announced: false });
  await expect(desk.start(RIS, ITEM)).rejects.toMatchObject({ code: 'CONFLICT' });
  expect(await desk.start(RIS, { ...ITEM, stepId: 'S2' })).toMatchObject({ state: 'creating' });
  expect(await scene.client.worklist.forget({ sopInstanceUid })).toEqual({ removed: true });
  expect(() => desk.forget(sopInstanceUid)).toThrow('no such procedure step');
  expect(await desk.start(RIS, ITEM)).toMatchObject({ state: 'creating' });
});
