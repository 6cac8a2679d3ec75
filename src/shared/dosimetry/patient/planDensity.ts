import { type Grid, indexToPatient, patientToIndex, type Volume, voxelVolume } from '../../geometry/volume.ts';
import type { Vec3 } from '../../geometry/vec.ts';
import type { ImageVolume } from '../../model/image.ts';
import type { Beam, Plan } from '../../model/plan.ts';
import type { StructureSet } from '../../model/structures.ts';
import { rasterizeRoi } from '../../structures/contours/mask.ts';
import { type CtCalibration, scannerRemark } from './ctCalibration.ts';
import { densityOnGrid } from './density.ts';
import { bolusLayers, type DensityLayer, type LaidDensity, layDensities, sharedLayers } from './densityLayers.ts';
import { bodyOf } from './body.ts';

/** Below the first point of a calibration by less than this (HU) is the noise of air. */
const AIR_NOISE = 100;
/** Volumes beyond the calibration that are not worth a word, cm³. */
const NEGLIGIBLE = 0.05;

export interface PlanDensity {
  /** What all beams see; no boli. */
  readonly shared: Volume<Float32Array>;
  /** What each beam sees, in the order asked for; beams with the same boli share one volume. */
  readonly ofBeam: readonly Volume<Float32Array>[];
  /** Densities set by hand, in the order in which they were laid, boli last. */
  readonly layers: readonly DensityLayer[];
  readonly warnings: readonly string[];
}

/**
 * Mass density on the dose grid for every beam: the calibrated CT inside BODY, the densities of structures laid over it, and the boli of
 * each beam (densityLayers.ts).
 * @throws IsocenterError as densityOnGrid and bolusLayers.
 */
export function planDensity(
  ct: ImageVolume,
  grid: Grid,
  calibration: CtCalibration,
  structures: StructureSet,
  plan: Plan,
  beams: readonly Beam[],
): PlanDensity {
  const warnings: string[] = [];
  const body = rasterizeRoi(bodyOf(structures).contours, grid);
  const bare: LaidDensity = {
    density: densityOnGrid(ct, grid, calibration, body),
    filled: body,
    set: new Float32Array(body.length),
  };
  const layers = sharedLayers(structures, plan, warnings);
  const shared = layers.length === 0 ? bare : layDensities(bare, layers, warnings);
  const remark = scannerRemark(calibration, ct.scanner);
  if (remark !== undefined) warnings.push(remark);
  warnings.push(...beyondCalibration(ct, calibration, grid, body, shared.set));
  const groups = new Map<string, Volume<Float32Array>>([['', shared.density]]);
  const boli = new Map<number, DensityLayer>();
  const ofBeam = beams.map((beam) => {
    const laid = bolusLayers(structures, beam, warnings);
    for (const layer of laid) boli.set(layer.roi.number, layer);
    const key = laid.map(({ roi }) => roi.number).join(' ');
    const density = groups.get(key) ?? layDensities(shared, laid, warnings).density;
    groups.set(key, density);
    return density;
  });
  return { shared: shared.density, ofBeam, layers: [...layers, ...boli.values()], warnings: [...new Set(warnings)] };
}

/** How much of the patient lies beyond the calibration's points, where its last density is held: metal, as a rule. */
function beyondCalibration(
  ct: ImageVolume,
  { name, points }: CtCalibration,
  grid: Grid,
  body: Float32Array,
  set: Float32Array,
): string[] {
  const [low, high] = [points[0][0] - AIR_NOISE, points[points.length - 1][0]];
  const volume = { above: 0, below: 0 };
  const voxel = voxelVolume(ct) / 1000;
  const [nx, ny] = ct.dims;
  for (let n = 0; n < ct.data.length; n++) {
    const hu = ct.data[n] * ct.slope + ct.intercept;
    if (hu <= high && hu >= low) continue;
    const index: Vec3 = [n % nx, Math.floor(n / nx) % ny, Math.floor(n / nx / ny)];
    const [i, j, k] = patientToIndex(grid, indexToPatient(ct, index)).map(Math.round);
    if (i < 0 || j < 0 || k < 0 || i >= grid.dims[0] || j >= grid.dims[1] || k >= grid.dims[2]) continue;
    const at = i + grid.dims[0] * (j + grid.dims[1] * k);
    volume[hu > high ? 'above' : 'below'] += voxel * Math.max(0, body[at] - set[at]);
  }
  const said = (cm3: number, where: string, hu: number, held: number): string[] =>
    cm3 <= NEGLIGIBLE
      ? []
      : [`${cm3.toFixed(1)} cm³ of the patient lie ${where} ${hu} HU, where ${name} ends: ${held} g/cm³ is held there`];
  return [
    ...said(volume.above, 'above', high, points[points.length - 1][1]),
    ...said(volume.below, 'below', low, points[0][1]),
  ];
}
