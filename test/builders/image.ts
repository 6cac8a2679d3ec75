import { CT_IMAGE, MR_IMAGE, uidFromName } from '#shared/dicom/uid.ts';
import type { ImageVolume } from '#shared/model/image.ts';
import { frameUid, objectContext } from './context.ts';
import { decimals, seeded } from './random.ts';

/** A small CT or MR volume with random values, axial unless overridden; its series UID is that of the context of the same kind. */
export function imageVolume(
  seed = 1,
  modality: 'CT' | 'MR' = 'CT',
  overrides: Partial<ImageVolume<Int16Array>> = {},
): ImageVolume<Int16Array> {
  const random = seeded(seed);
  const context = objectContext(modality, seed);
  const dims = [8 + Math.floor(random() * 6), 7 + Math.floor(random() * 6), 5 + Math.floor(random() * 4)] as const;
  const data = Int16Array.from(
    { length: dims[0] * dims[1] * dims[2] },
    () => Math.floor(random() * (modality === 'CT' ? 4000 : 1000)) - (modality === 'CT' ? 1000 : 0),
  );
  return {
    dims,
    spacing: [decimals(0.5 + random(), 3), decimals(0.5 + random(), 3), decimals(1 + 2 * random(), 2)],
    origin: [decimals(-100 * random(), 2), decimals(-100 * random(), 2), decimals(-100 * random(), 2)],
    direction: [1, 0, 0, 0, 1, 0, 0, 0, 1],
    data,
    modality,
    scanner: { manufacturer: 'isocenter', model: 'isocenter', ...(modality === 'CT' ? { kvp: 120 } : {}) },
    unit: modality === 'CT' ? 'HU' : '',
    slope: 1,
    intercept: 0,
    patient: context.patient,
    study: context.study,
    seriesInstanceUid: context.seriesInstanceUid,
    seriesDescription: context.seriesDescription,
    frameOfReferenceUid: frameUid(seed),
    patientPosition: 'HFS',
    slices: Array.from({ length: dims[2] }, (_, k) => ({
      sopClassUid: modality === 'CT' ? CT_IMAGE : MR_IMAGE,
      sopInstanceUid: uidFromName(`test/${seed}/${modality}/slice/${k}`),
    })),
    window: { center: 40, width: 400 },
    warnings: [],
    ...overrides,
  };
}
