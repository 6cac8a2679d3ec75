import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { PlacedObject, Selection } from '#renderer/document/choose.ts';
import { allPlans, planOfIndex } from '#renderer/document/plans.ts';
import { boundPlan } from '#renderer/document/reading/boundPlan.ts';
import { recordsBeside, supersededAmong } from '#renderer/document/reading/readPlans.ts';
import { readShelvedDose, readShelvedDoses } from '#renderer/document/reading/shelvedDoses.ts';
import { openDocument, useDocument } from '#renderer/document/store.ts';
import { useNotes } from '#renderer/stores/notesStore.ts';
import { writeDose } from '#shared/dicom/dose/rtDose.ts';
import { writeStructureSet } from '#shared/dicom/structures/rtStructureSet.ts';
import type { Plan } from '#shared/model/plan.ts';
import { basisHashes } from '#shared/dosimetry/standing/doseBasis.ts';
import { objectContext } from '#test/builders/context.ts';
import { dose as builtDose } from '#test/builders/dose.ts';
import { square, testDocument, testDose, testImage, testRoi } from './documentBuilder.ts';

const archive = vi.hoisted(() => new Map<string, Uint8Array>());
vi.mock('#renderer/client/dicomweb.ts', () => ({
  retrieveInstance: (_study: string, _series: string, uid: string) => {
    const bytes = archive.get(uid);
    return bytes === undefined ? Promise.reject(new Error('not there')) : Promise.resolve(bytes);
  },
}));

const primary = testImage();
const opened = testDocument();
const { structures } = opened;
const first = opened.plan as Plan;
const planOf = (uid: string, changes: Partial<Plan> = {}): Plan => ({
  ...first,
  sopInstanceUid: uid,
  label: uid,
  ...changes,
});

const placed = (uid: string, received: string, modality = 'RTPLAN'): PlacedObject => ({
  object: {
    sopInstanceUid: uid,
    sopClassUid: '1',
    instanceNumber: '1',
    label: uid,
    transferSyntaxUid: '1',
    bytes: 1000,
    received,
    variant: 0,
    references: { instances: [], series: ['1.2.3'], by: 'uid' },
  },
  series: {
    seriesInstanceUid: modality,
    studyInstanceUid: '1.2.1',
    modality,
    seriesNumber: '1',
    seriesDescription: '',
    seriesDate: '',
    frameOfReferenceUid: '1.2.9',
    bodyPartExamined: '',
    instanceCount: 1,
    conflictingInstances: 0,
    objects: [],
  },
  study: { ...primary.study, studyDescription: '', series: [] },
});

describe('plans beside the active one', () => {
  const selection: Selection = {
    primary: placed('ct', ''),
    structureAncestors: [],
    plan: placed('b', '2'),
    doses: [],
    others: [
      { plan: placed('c', '3'), doses: [placed('dose c', '4', 'RTDOSE')] },
      { plan: placed('elsewhere', '5'), doses: [] },
      { plan: placed('unreadable', '6'), doses: [] },
      { plan: placed('a', '1'), doses: [] },
    ],
  };

  it('are numbered as they came, and those that lie elsewhere or cannot be read are left out', () => {
    const plans = new Map(['a', 'b', 'c'].map((uid) => [uid, planOf(uid)]));
    plans.set('elsewhere', planOf('elsewhere', { frameOfReferenceUid: '1.2.77' }));
    const problems: string[] = [];
    const beside = recordsBeside(selection, plans, { primary, structures }, problems);
    expect(beside.planIndex).toBe(1);
    expect(beside.otherPlans.map(({ index, plan }) => [index, plan.label])).toEqual([[0, 'a'], [2, 'c']]); // biome-ignore format: pairs
    expect([...beside.unreadDoses.keys()]).toEqual([2]);
    expect(problems).toEqual([expect.stringMatching(/Plan elsewhere left out.*another frame/)]);
  });

  it('drafts that were edited and saved again give way to what became of them; decided plans stay', () => {
    const plans = new Map([
      ['v1', planOf('v1')],
      ['v2', planOf('v2', { predecessorUids: ['v1', 'gone'] })],
      ['signed', planOf('signed', { approval: 'APPROVED' })],
      ['adapted', planOf('adapted', { predecessorUids: ['signed'] })],
    ]);
    expect([...supersededAmong(plans)]).toEqual(['v1']);
  });
});

describe('a plan made on another structure set', () => {
  const boli = first.beams.map((beam) => ({ ...beam, boluses: [{ roiNumber: 9, id: 'B' }] }));

  it('keeps its target beside an edited version of that set, while the target keeps its name', () => {
    const problems: string[] = [];
    const older = planOf('p', { structureSetUid: '1.2.3.3', beams: boli });
    expect(boundPlan(older, structures, ['1.2.3.3'], problems)).toBe(older);
    expect(problems).toEqual([]);
    const renamed = { ...structures, rois: structures.rois.map((roi) => ({ ...roi, name: `${roi.name}2` })) };
    expect(boundPlan(older, renamed, ['1.2.3.3'], problems).prescription?.targetRoiNumber).toBe(0);
  });

  it('loses target and boli beside a set that has nothing to do with it, and is not computed on others', () => {
    const problems: string[] = [];
    const other = boundPlan(planOf('p', { structureSetUid: '4.4', beams: boli }), structures, [], problems);
    expect(other.prescription).toMatchObject({ targetRoiNumber: 0, targetName: 'PTV' });
    expect(other.beams[0].boluses).toEqual([{ roiNumber: 0, id: 'B' }]);
    expect(problems).toEqual([expect.stringContaining('target must be chosen anew')]);
  });
});

describe('doses of the plans beside the active one', () => {
  const beside = planOf('1.5.5', { structureSetUid: structures.sopInstanceUid });
  const made = {
    ...builtDose(1, { ...testDose(), sopInstanceUid: '1.6', planUid: '1.5.5' }),
    provenance: {
      ...builtDose().provenance!,
      machines: [],
      calibration: { name: 'none here' },
      basis: basisHashes({ ct: primary, structures, plan: beside }),
    },
  };
  const context = objectContext('RTDOSE', 1, { patient: opened.patient, study: opened.study, sopInstanceUid: '1.6' });
  const open = (plan: Plan): void =>
    openDocument(
      testDocument({
        tree: { ...opened.tree, patientId: opened.patient.patientId },
        otherPlans: [{ index: 1, plan, planDirty: false, beamDoses: [] }],
        unreadDoses: new Map([[1, [placed('1.6', '1', 'RTDOSE')]]]),
      }),
    );
  const shown = () => {
    const { document } = useDocument.getState();
    return document === null ? undefined : planOfIndex(document, 1);
  };

  beforeEach(() => {
    archive.clear();
    archive.set('1.6', writeDose(made, context, { bits: 32 }));
  });

  it('are read once, judged, and are no edit', async () => {
    open(beside);
    await readShelvedDoses();
    expect(shown()).toMatchObject({ dose: { planUid: '1.5.5', dims: testDose().dims }, doseBasis: { plan: beside } });
    expect(shown()?.doseStale).toBeUndefined();
    const { document, history } = useDocument.getState();
    expect(document?.unreadDoses.size).toBe(0);
    expect(history.done).toEqual([]);
    const before = document && allPlans(document);
    await readShelvedDose(1);
    expect(useDocument.getState().document && allPlans(useDocument.getState().document!)).toBe(before);
  });

  it('say why they do not belong to their plan: other beams, or a target that was changed since', async () => {
    open({ ...beside, fractions: 3 });
    await readShelvedDoses();
    expect(shown()?.doseStale).toMatch(/fractions of the plan are not those/);

    const old = { ...structures, sopInstanceUid: '1.4', rois: [...structures.rois.slice(0, 1), testRoi(2, 'PTV', { type: 'PTV', contours: [square(0, 0, 0, 19)] })] }; // biome-ignore format: one line
    const setContext = objectContext('RTSTRUCT', 1, { patient: opened.patient, study: opened.study, sopInstanceUid: '1.4' }); // biome-ignore format: one line
    archive.set('1.4', writeStructureSet(old, setContext));
    const own = placed('1.4', '1', 'RTSTRUCT');
    const tree = {
      ...opened.tree,
      tree: [{ ...own.study, series: [{ ...own.series, objects: [own.object] }] }],
    };
    const earlier = { ...beside, structureSetUid: '1.4' };
    openDocument({
      ...testDocument({ tree }),
      otherPlans: [{ index: 1, plan: earlier, planDirty: false, beamDoses: [] }],
      unreadDoses: new Map([[1, [placed('1.6', '1', 'RTDOSE')]]]),
    });
    await readShelvedDoses();
    expect(shown()?.doseStale).toBe('the target PTV was changed since');
  });

  it('that cannot be read are noted', async () => {
    archive.clear();
    open(beside);
    await readShelvedDoses();
    expect(shown()?.dose).toBeUndefined();
    expect(useNotes.getState().notes.join()).toMatch(/RTDOSE 1.6 left out/);
  });
});
