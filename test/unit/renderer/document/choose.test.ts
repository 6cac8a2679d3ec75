import { describe, expect, it } from 'vitest';
import { chooseObjects } from '#renderer/document/choose.ts';
import type { InstanceSummary, PatientTree, SeriesSummary } from '#shared/contract/rpc/patients.ts';

const object = (uid: string, received: string, instances: string[] = [], series: string[] = []): InstanceSummary => ({
  sopInstanceUid: uid,
  sopClassUid: '1',
  instanceNumber: '1',
  label: uid,
  transferSyntaxUid: '1',
  bytes: 1,
  received,
  variant: 0,
  references: { instances, series, by: 'uid' },
});

const series = (uid: string, modality: string, changes: Partial<SeriesSummary> = {}): SeriesSummary => ({
  seriesInstanceUid: uid,
  studyInstanceUid: 'study',
  modality,
  seriesNumber: '1',
  seriesDescription: uid,
  seriesDate: '20260101',
  frameOfReferenceUid: `frame-${uid}`,
  bodyPartExamined: '',
  instanceCount: changes.objects?.length ?? 50,
  conflictingInstances: 0,
  objects: [],
  ...changes,
});

const tree = (all: SeriesSummary[]): PatientTree => ({
  key: 'k',
  patientName: 'A^B',
  patientId: '1',
  patientBirthDate: '',
  patientSex: '',
  studies: 1,
  instances: 1,
  modalities: [],
  lastReceived: '',
  conflicts: [],
  tree: [
    {
      studyInstanceUid: 'study',
      studyDate: '20260101',
      studyTime: '',
      studyDescription: '',
      studyId: '',
      accessionNumber: '',
      referringPhysicianName: '',
      series: all,
    },
  ],
});

const uidOf = (chosen: { series: SeriesSummary } | undefined): string | undefined => chosen?.series.seriesInstanceUid;

describe('chooseObjects', () => {
  const ct = series('ct', 'CT');
  const newer = series('ct2', 'CT', { seriesDate: '20260201' });
  const mr = series('mr', 'MR');
  const pet = series('pet', 'PT', { frameOfReferenceUid: 'frame-ct' });
  const sets = series('ss', 'RTSTRUCT', {
    objects: [object('ss1', '2026-01-01', [], ['ct']), object('ss2', '2026-01-05', [], ['ct'])],
  });
  const plans = series('plans', 'RTPLAN', { objects: [object('plan1', '2026-01-03', ['ss1'])] });
  const doses = series('doses', 'RTDOSE', {
    objects: [object('dose1', '2026-01-03', ['plan1']), object('other', '2026-01-09', ['plan9'])],
  });

  it('takes the newest CT and prefers MR to PET for the second image', () => {
    const chosen = chooseObjects(tree([ct, newer, mr, pet]));
    expect(uidOf(chosen?.primary)).toBe('ct2');
    expect(uidOf(chosen?.secondary)).toBe('mr');
  });

  it('does not take a localizer for the planning CT', () => {
    const scout = series('scout', 'CT', { seriesDate: '20260301', instanceCount: 2 });
    expect(uidOf(chooseObjects(tree([scout, ct]))?.primary)).toBe('ct');
  });

  it('opens a plan with its own structure set and dose, not with a newer set or a foreign dose', () => {
    const chosen = chooseObjects(tree([ct, sets, plans, doses]));
    expect(chosen?.plan?.object.sopInstanceUid).toBe('plan1');
    expect(chosen?.structures?.object.sopInstanceUid).toBe('ss1');
    expect(chosen?.doses.map(({ object: { sopInstanceUid } }) => sopInstanceUid)).toEqual(['dose1']);
  });

  it('never takes structures or plans of another image', () => {
    const chosen = chooseObjects(tree([newer, ct, sets, plans, doses]));
    expect(uidOf(chosen?.primary)).toBe('ct2');
    expect(chosen).toMatchObject({ structures: undefined, plan: undefined, doses: [] });
  });

  it('follows a wish: a series, a structure set without the plan, a plan with its image', () => {
    const all = tree([newer, ct, sets, plans, doses]);
    expect(uidOf(chooseObjects(all, { series: 'ct' })?.primary)).toBe('ct');
    const set = chooseObjects(all, { object: 'ss2' });
    expect([uidOf(set?.primary), set?.structures?.object.sopInstanceUid, set?.plan]).toEqual(['ct', 'ss2', undefined]);
    const plan = chooseObjects(all, { object: 'plan1' });
    expect([uidOf(plan?.primary), plan?.structures?.object.sopInstanceUid]).toEqual(['ct', 'ss1']);
  });

  it('finds the other plans on the image with their doses, by structure set or frame, and what the structure set came from', () => {
    const more = series('plans', 'RTPLAN', {
      objects: [
        object('plan1', '2026-01-03', ['ss1']),
        object('plan2', '2026-01-04', ['ss2']),
        object('foreign', '2026-01-02', ['elsewhere'], ['ct']),
        object('other image', '2026-01-06', [], ['ct2']),
      ],
    });
    const edited = series('ss', 'RTSTRUCT', {
      objects: [object('ss1', '2026-01-01', [], ['ct']), object('ss2', '2026-01-05', ['ss1'], ['ct'])],
    });
    const all = tree([ct, edited, more, doses]);
    const chosen = chooseObjects(all);
    const othersOf = (one: typeof chosen) =>
      one?.others.map((other) => [
        other.plan.object.sopInstanceUid,
        other.doses.map(({ object: { sopInstanceUid } }) => sopInstanceUid).join(),
      ]);
    expect(chosen?.plan?.object.sopInstanceUid).toBe('plan2');
    expect(othersOf(chosen)).toEqual([['plan1', 'dose1'], ['foreign', '']]); // biome-ignore format: pairs
    expect(chosen?.structureAncestors).toEqual(['ss1']);

    const current = chooseObjects(all, {}, new Set(['plan2']));
    expect(current?.plan?.object.sopInstanceUid).toBe('plan1');
    expect(othersOf(current)).toEqual([['foreign', '']]);
    const wished = chooseObjects(all, { object: 'plan2' }, new Set(['plan2']));
    expect(wished?.plan?.object.sopInstanceUid).toBe('plan2');
  });

  it('shows a patient without CT and refuses one without images', () => {
    expect(uidOf(chooseObjects(tree([mr]))?.primary)).toBe('mr');
    expect(chooseObjects(tree([sets]))).toBeUndefined();
  });
});
