import { type Volume, voxelVolume } from '../../geometry/volume.ts';
import type { Beam, Plan } from '../../model/plan.ts';
import type { Roi, RoiType, StructureSet } from '../../model/structures.ts';
import { rasterizeRoi } from '../../structures/contours/mask.ts';
import { bolusesOf } from './boluses.ts';

/** A density laid over what the CT shows, inside an ROI. */
export interface DensityLayer {
  readonly roi: Roi;
  /** g/cm³ */
  readonly density: number;
  /** Counts outside BODY too. */
  readonly outside: boolean;
}

/** What lies on or under the patient; everything else outside BODY is no part of the treatment. */
const OUTSIDE_TYPES: readonly RoiType[] = ['SUPPORT', 'BOLUS', 'FIXATION'];
/** A bolus whose density nobody stated. */
const WATER = 1;
/** Denser than any bone, g/cm³. */
const METAL = 2.2;
/** Overlaps below this are what contours leave where structures touch, cm³. */
const TOUCHING = 0.1;

/** ROIs that dose depends on: BODY, the target, whatever sets a density, and what lies on or under the patient. */
export function dosimetricRois({ rois }: StructureSet, plan: Plan): readonly Roi[] {
  const target = plan.prescription?.targetRoiNumber;
  return rois.filter(
    (roi) =>
      roi.type === 'EXTERNAL' ||
      roi.number === target ||
      roi.density !== undefined ||
      OUTSIDE_TYPES.includes(roi.type) ||
      plan.beams.some((beam) => beam.boluses?.some(({ roiNumber }) => roiNumber === roi.number)),
  );
}

/**
 * The densities that all beams see, in the order in which they are laid: BODY first, the rest as they stand in the set, so that the later
 * of two that overlap decides. Boli are not among them: a beam has those that it names. What is left out is told to `warnings`.
 */
export function sharedLayers(structures: StructureSet, plan: Plan, warnings: string[] = []): readonly DensityLayer[] {
  const boli = new Set(plan.beams.flatMap((beam) => (beam.boluses ?? []).map(({ roiNumber }) => roiNumber)));
  const layers: DensityLayer[] = [];
  for (const roi of structures.rois) {
    const outside = OUTSIDE_TYPES.includes(roi.type);
    if (roi.contours.length === 0 || boli.has(roi.number)) continue;
    if (roi.type === 'BOLUS') warnings.push(`Bolus "${roi.name}" is left out: no beam names it`);
    else if (roi.density !== undefined) layers.push({ roi, density: roi.density, outside });
    else if (outside) warnings.push(`"${roi.name}" (${roi.type.toLowerCase()}) is left out: it has no density`);
  }
  return [
    ...layers.filter(({ roi }) => roi.type === 'EXTERNAL'),
    ...layers.filter(({ roi }) => roi.type !== 'EXTERNAL'),
  ];
}

/**
 * The boli of one beam; water where their density is not set, which is told to `warnings`.
 * @throws IsocenterError as bolusesOf.
 */
export function bolusLayers(structures: StructureSet, beam: Beam, warnings: string[] = []): readonly DensityLayer[] {
  return bolusesOf(beam, structures).map((roi): DensityLayer => {
    if (roi.density === undefined) warnings.push(`Bolus "${roi.name}" has no density: ${WATER} g/cm³ is taken`);
    return { roi, density: roi.density ?? WATER, outside: true };
  });
}

/** Densities on the dose grid with what they were made of. */
export interface LaidDensity {
  readonly density: Volume<Float32Array>;
  /** Fraction 0..1 of each voxel that is patient, or something that a layer put there. */
  readonly filled: Float32Array;
  /** Fraction 0..1 of each voxel whose density a layer set. */
  readonly set: Float32Array;
}

/**
 * Lays densities over others by partial volume: in a voxel of which an ROI fills the fraction m, ρ ← ρ (1 − m/f) + m ρ_ROI, where f is
 * the fraction filled so far, and m counts outside BODY only where the layer may lie there (it then takes the empty part first).
 * Overlaps of different densities are told to `warnings`; the arrays given are not changed.
 */
export function layDensities(
  below: LaidDensity,
  layers: readonly DensityLayer[],
  warnings: string[] = [],
): LaidDensity {
  const data = below.density.data.slice();
  const filled = below.filled.slice();
  const set = below.set.slice();
  const owner = new Int16Array(data.length).fill(-1);
  const voxel = voxelVolume(below.density) / 1000;
  for (const [n, { roi, density, outside }] of layers.entries()) {
    const mask = rasterizeRoi(roi.contours, below.density);
    const overlaps = new Map<number, number>();
    for (let v = 0; v < data.length; v++) {
      const m = outside ? mask[v] : Math.min(mask[v], filled[v]);
      if (!(m > 0)) continue;
      const shared = Math.max(0, filled[v] + m - 1);
      const replaced = filled[v] > 0 ? (outside ? shared : m) / filled[v] : 0;
      data[v] = data[v] * (1 - replaced) + m * density;
      filled[v] = Math.min(1, filled[v] + (outside ? m - shared : 0));
      if (owner[v] >= 0) overlaps.set(owner[v], (overlaps.get(owner[v]) ?? 0) + Math.max(0, set[v] + m - 1) * voxel);
      set[v] = Math.min(1, Math.max(set[v], m));
      if (m >= 0.5) owner[v] = n;
    }
    for (const [other, volume] of overlaps)
      if (volume > TOUCHING && layers[other].density !== density && layers[other].roi.type !== 'EXTERNAL')
        warnings.push(
          `"${layers[other].roi.name}" and "${roi.name}" overlap by ${volume.toFixed(1)} cm³: there the density of "${roi.name}" counts`,
        );
    if (density > METAL)
      warnings.push(`"${roi.name}" of ${density} g/cm³ is computed as cortical bone of that density, not as metal`);
  }
  return { density: { ...below.density, data }, filled, set };
}
