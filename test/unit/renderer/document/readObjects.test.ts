import { describe, expect, it } from 'vitest';
import { chooseObjects, type PlacedObject, type Selection } from '#renderer/document/choose.ts';
import { fitTogether, type ReadParts } from '#renderer/document/readObjects.ts';
import { basisHashes } from '#shared/dosimetry/standing/doseBasis.ts';
import type { InstanceSummary, SeriesSummary } from '#shared/contract/rpc/patients.ts';
import { dose as builtDose } from '#test/builders/dose.ts';
import { square, testDocument, testDose, testImage, testRoi, testStructures } from './documentBuilder.ts';

const primary = testImage();
const { structures: set, plan, tree } = testDocument();
if (plan === undefined) throw new Error('the builder makes a plan');

const series = (uid: string, modality: string, changes: Partial<SeriesSummary> = {}): SeriesSummary => ({
  seriesInstanceUid: uid,
  studyInstanceUid: '1.2.1',
  modality,
  seriesNumber: '1',
  seriesDescription: '',
  seriesDate: '',
  frameOfReferenceUid: '1.2.9',
  bodyPartExamined: '',
  instanceCount: 11,
  conflictingInstances: 0,
  objects: [],
  ...changes,
});

const study = { ...primary.study, studyDescription: '', series: [] };

const placed = (sopInstanceUid: string, about: readonly string[], by: 'uid' | 'none' = 'uid'): PlacedObject => {
  const object: InstanceSummary = {
    sopInstanceUid,
    sopClassUid: '1',
    instanceNumber: '1',
    label: sopInstanceUid,
    transferSyntaxUid: '1',
    bytes: 1,
    received: '',
    variant: 0,
    references: { instances: [], series: [...about], by },
  };
  return { object, series: series('ss', 'X'), study };
};

const selection = (changes: Partial<Selection> = {}): Selection => ({
  primary: { series: series('1.2.3', 'CT'), study },
  structures: placed('1.2.4', ['1.2.3']),
  plan: placed('1.2.5', ['1.2.3']),
  structureAncestors: [],
  doses: [placed('1.2.6', ['1.2.3'])],
  others: [],
  ...changes,
});

const dose = { ...testDose(), planUid: '1.2.5' };

function fit(parts: ReadParts, changes: Partial<Selection> = {}) {
  const problems: string[] = [];
  return { ...fitTogether(selection(changes), primary, parts, problems), problems };
}

describe('what is read of a patient', () => {
  it('is shown as it is when it belongs together', () => {
    const shown = fit({ structures: set, plan, dose });
    expect(shown).toMatchObject({ structures: set, plan, dose, problems: [] });
    expect(shown.doseStale).toBeUndefined();
  });

  it('leaves out structures of another frame of reference within the set', () => {
    const elsewhere = testRoi(3, 'Tumour on MR', { frameOfReferenceUid: '1.2.77' });
    const shown = fit({
      structures: testStructures([testRoi(1, 'BODY'), elsewhere, testRoi(4, 'No frame', { frameOfReferenceUid: '' })]),
    });
    expect(shown.structures.rois.map(({ name }) => name)).toEqual(['BODY', 'No frame']);
    expect(shown.problems.join()).toMatch(/another frame.*"Tumour on MR"/);
  });

  it('takes an object without a frame of reference only where it refers to the primary image', () => {
    const parts = {
      structures: { ...set, frameOfReferenceUid: '' },
      plan: { ...plan, frameOfReferenceUid: '' },
      dose: { ...dose, frameOfReferenceUid: '' },
    };
    expect(fit(parts)).toMatchObject({ ...parts, problems: [] });
    const astray = fit(parts, {
      structures: placed('1.2.4', ['another series']),
      plan: placed('1.2.5', [], 'none'),
      doses: [placed('1.2.6', [], 'none')],
    });
    expect(astray.structures.rois).toEqual([]);
    expect(astray.plan).toBeUndefined();
    expect(astray.dose).toBeUndefined();
    expect(astray.problems.filter((text) => text.includes('no frame of reference'))).toHaveLength(3);
  });

  it('says that a set drawn on images that are not here lies by its frame of reference', () => {
    const image = (sopInstanceUid: string) => ({ sopClassUid: '1.2', sopInstanceUid });
    const shown = fit({ structures: { ...set, referencedImages: [image('9.9.1'), image('9.9.2')] } });
    expect(shown.structures.rois).toEqual(set.rois);
    expect(shown.problems).toEqual([
      expect.stringMatching(/images it names are not those of the CT.*frame of reference/),
    ]);
    const [slice] = primary.slices;
    expect(fit({ structures: { ...set, referencedImages: [image('9.9.1'), slice] } }).problems).toEqual([]);
  });

  it('says that a dose shown without its plan is not valid', () => {
    expect(fit({ structures: set, dose }).doseStale).toContain('plan of the dose is not shown');
    expect(fit({ structures: set, dose, plan: { ...plan, frameOfReferenceUid: '1.2.77' } }).doseStale).toBeDefined();
  });

  it('judges a stored dose by what it says it was made for', () => {
    const basis = basisHashes({ ct: primary, structures: set, plan });
    const made = { ...dose, provenance: { ...builtDose().provenance!, machines: [], basis } };
    expect(fit({ structures: set, plan, dose: made }).doseStale).toBeUndefined();
    const beams = plan.beams.map((beam) => ({ ...beam, meterset: 7 }));
    expect(fit({ structures: set, plan: { ...plan, beams }, dose: made }).doseStale).toMatch(/monitor units/);
    const other = testStructures([testRoi(1, 'BODY', { type: 'EXTERNAL', contours: [square(0, 0, 0, 79)] })]);
    expect(fit({ structures: other, plan, dose: made }).doseStale).toMatch(/BODY contour/);
    const gone = { ...made, provenance: { ...made.provenance, machines: [{ name: 'GONE', hash: '1' }] } };
    expect(fit({ structures: set, plan, dose: gone }).doseStale).toMatch(/GONE changed since, or are not here/);
  });

  it('does not take the number of a target for a structure of another set', () => {
    const shown = fit({ plan, structures: { ...set, sopInstanceUid: '1.2.44' } });
    expect(shown.plan?.prescription).toMatchObject({ targetRoiNumber: 0, targetName: 'PTV', dose: 50 });
    expect(shown.problems.join()).toContain('target must be chosen anew');
    expect(fit({ plan }).plan?.prescription?.targetRoiNumber).toBe(0);
  });
});

it('a plan whose structure set is absent opens on the image it lies on, not on the newest CT', () => {
  const plans = series('plans', 'RTPLAN', { objects: [placed('p', ['old'], 'uid').object] });
  const all = [series('old', 'CT', { seriesDate: '20200101' }), series('new', 'CT', { seriesDate: '20260101' }), plans];
  const chosen = chooseObjects({ ...tree, tree: [{ ...study, series: all }] }, { object: 'p' });
  expect(chosen?.primary.series.seriesInstanceUid).toBe('old');
});
