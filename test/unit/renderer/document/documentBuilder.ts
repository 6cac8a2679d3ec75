import type { ClinicalDocument } from '#renderer/document/records.ts';
import { useDocument } from '#renderer/document/store.ts';
import { AXIAL } from '#shared/geometry/volume.ts';
import type { DoseVolume } from '#shared/model/dose.ts';
import type { ImageVolume } from '#shared/model/image.ts';
import type { Beam, Plan } from '#shared/model/plan.ts';
import type { Contour, Roi, StructureSet } from '#shared/model/structures.ts';

const PATIENT = {
  patientName: 'Test^Patient',
  patientId: 'T1',
  patientBirthDate: '19700101',
  patientSex: 'O',
} as const;
const STUDY = {
  studyInstanceUid: '1.2.1',
  studyDate: '20260101',
  studyTime: '120000',
  studyId: '1',
  accessionNumber: '',
  referringPhysicianName: '',
};

/** An axial square of half-width `half` mm about (x, y) at height z mm. */
export const square = (x: number, y: number, z: number, half: number): Contour => ({
  type: 'CLOSED_PLANAR',
  points: Float64Array.from([
    x - half, y - half, z, x + half, y - half, z, x + half, y + half, z, x - half, y + half, z,
  ]), // biome-ignore format: four vertices
});

export const testRoi = (number: number, name: string, changes: Partial<Roi> = {}): Roi => ({
  number,
  name,
  type: 'ORGAN',
  color: [255, 0, 0],
  generationAlgorithm: 'MANUAL',
  frameOfReferenceUid: '1.2.9',
  contours: [],
  ...changes,
});

export const testBeam = (number: number, gantry: number): Beam => ({
  number,
  name: `B${number}`,
  type: 'STATIC',
  radiationType: 'PHOTON',
  deliveryType: 'TREATMENT',
  machine: 'GENERIC_6MV',
  fluenceMode: 'STANDARD',
  sourceAxisDistance: 1000,
  devices: [
    { type: 'ASYMX', pairs: 1 },
    { type: 'ASYMY', pairs: 1 },
  ],
  controlPoints: [0, 1].map((metersetWeight) => ({
    gantry,
    gantryDirection: 'NONE',
    collimator: 0,
    couch: 0,
    isocenter: [0, 0, 0],
    metersetWeight,
    nominalEnergy: 6,
    positions: { ASYMX: [-50, 50], ASYMY: [-50, 50] },
  })),
  finalMetersetWeight: 1,
});

const testPlan = (beams: readonly Beam[]): Plan => ({
  sopInstanceUid: '1.2.5',
  label: 'Plan1',
  intent: 'CURATIVE',
  approval: 'UNAPPROVED',
  frameOfReferenceUid: '1.2.9',
  structureSetUid: '1.2.4',
  patientPosition: 'HFS',
  prescription: {
    targetRoiNumber: 2,
    targetName: 'PTV',
    dose: 50,
    fractions: 25,
    normalization: { kind: 'D95', percent: 100 },
  },
  fractions: 25,
  beams,
  warnings: [],
});

/** 21 × 21 × 11 voxels of 10 mm × 10 mm × 5 mm centred on the origin. */
export const testImage = (): ImageVolume => ({
  modality: 'CT',
  unit: 'HU',
  slope: 1,
  intercept: 0,
  patient: PATIENT,
  study: STUDY,
  seriesInstanceUid: '1.2.3',
  seriesDescription: 'CT',
  frameOfReferenceUid: '1.2.9',
  patientPosition: 'HFS',
  slices: Array.from({ length: 11 }, (_, k) => ({
    sopClassUid: '1.2.840.10008.5.1.4.1.1.2',
    sopInstanceUid: `1.2.3.${k}`,
  })),
  window: { center: 40, width: 400 },
  warnings: [],
  dims: [21, 21, 11],
  spacing: [10, 10, 5],
  origin: [-100, -100, -25],
  direction: AXIAL,
  data: new Int16Array(21 * 21 * 11),
});

export const testDose = (): DoseVolume => ({
  sopInstanceUid: '1.2.6',
  frameOfReferenceUid: '1.2.9',
  summation: 'PLAN',
  doseType: 'PHYSICAL',
  warnings: [],
  dims: [21, 21, 11],
  spacing: [10, 10, 5],
  origin: [-100, -100, -25],
  direction: AXIAL,
  data: new Float32Array(21 * 21 * 11),
});

export const testStructures = (rois: readonly Roi[]): StructureSet => ({
  sopInstanceUid: '1.2.4',
  label: 'Structures',
  frameOfReferenceUid: '1.2.9',
  referencedStudyUid: '1.2.1',
  referencedSeriesUid: '1.2.3',
  referencedImages: [],
  rois,
  warnings: [],
});

/** A small open patient: BODY and PTV, a two-beam plan, no dose; `changes` override top-level fields. */
export function testDocument(changes: Partial<ClinicalDocument> = {}): ClinicalDocument {
  const image = testImage();
  return {
    patientKey: 'key',
    patient: PATIENT,
    study: STUDY,
    tree: {
      key: 'key',
      ...PATIENT,
      studies: 1,
      instances: 1,
      modalities: ['CT'],
      lastReceived: '',
      conflicts: [],
      tree: [],
    },
    primary: image,
    registrations: [],
    registrationDrafts: [],
    registrationsOff: [],
    structures: testStructures([
      testRoi(1, 'BODY', { type: 'EXTERNAL', contours: [square(0, 0, 0, 80)] }),
      testRoi(2, 'PTV', { type: 'PTV', contours: [square(0, 0, 0, 20)] }),
    ]),
    structuresDirty: false,
    plan: testPlan([testBeam(1, 0), testBeam(2, 180)]),
    planIndex: 0,
    planDirty: false,
    otherPlans: [],
    unreadDoses: new Map(),
    beamDoses: [],
    savedInstances: [],
    ...changes,
  };
}

/** The document that is open. */
export const documentNow = (): ClinicalDocument => {
  const { document } = useDocument.getState();
  if (document === null) throw new Error('no document');
  return document;
};

/** Its plan. */
export const planNow = (): Plan => {
  const { plan } = documentNow();
  if (plan === undefined) throw new Error('no plan');
  return plan;
};
