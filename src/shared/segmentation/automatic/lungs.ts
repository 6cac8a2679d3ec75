import type { Contour } from '../../model/structures.ts';
import { type FoundStructure, judge, within } from './found.ts';
import { closed, components, distanceTo, fillSliceHoles, maskOf } from './masks.ts';
import { outlineMask } from './outline.ts';
import { meanPoint, type Scene } from './scene.ts';
import { type Airway, findAirway } from './trachea.ts';

/** HU below which a voxel inside the body is air or lung. */
const AIR = -400;
/** A lung has at least so much, cm³: less is bowel gas or an airway. */
const SMALLEST = 150;
/** Vessels and airways up to twice as wide as this are closed over, mm. */
const CLOSING = 5;

const NAMES = { left: 'Lung_L', right: 'Lung_R' } as const;
const COLORS = { left: [90, 170, 255], right: [110, 220, 230] } as const;

/**
 * Both lungs: air inside the body without the large airways (Hu, Hoffman and Reinhardt, IEEE Trans. Med. Imaging 20 (2001) 490,
 * give the steps), its two large parts on either side of the middle; lungs that touch are parted where they are thinnest. Vessels
 * are closed over, tumours inside are filled; the border is half way between lung and soft tissue.
 */
export function findLungs(scene: Scene): FoundStructure[] {
  const { coarse, inBody, voxel } = scene;
  const airway = findAirway(scene);
  const air = inBody.map((inside, p) => (inside && coarse.data[p] < AIR && !airway?.near[p] ? 1 : 0));
  const large = components(air, coarse.dims, SMALLEST / voxel);
  const pair = large.length === 0 ? undefined : partLungs(scene, air, large);
  if (pair === undefined) return [missing('left'), missing('right')];
  return (['left', 'right'] as const).map((side) => {
    const mask = pair[side];
    return mask === undefined ? missing(side) : lung(scene, mask, side, pair.parted, airway);
  });
}

const missing = (side: 'left' | 'right'): FoundStructure => ({
  organ: 'lungs',
  name: NAMES[side],
  type: 'ORGAN',
  color: COLORS[side],
  contours: [],
  confidence: 0,
  reasons: [`no air-filled part of ${SMALLEST} cm³ or more on the patient's ${side} side inside the body`],
});

interface Pair {
  readonly left?: Uint8Array;
  readonly right?: Uint8Array;
  /** Whether one part had to be cut in two. */
  readonly parted: boolean;
}

/** Left and right of the middle of the body (LPS x rises to the patient's left). */
function partLungs(scene: Scene, air: Uint8Array, large: readonly Int32Array[]): Pair {
  const { coarse, centre } = scene;
  const sideOf = (mask: Uint8Array): 'left' | 'right' => (meanPoint(mask, coarse)[0] > centre[0] ? 'left' : 'right');
  const masks = large.slice(0, 3).map((list) => maskOf(list, air.length));
  const [first] = masks;
  const side = sideOf(first);
  const other = masks.slice(1).find((mask) => sideOf(mask) !== side);
  if (other !== undefined) return { [side]: first, [side === 'left' ? 'right' : 'left']: other, parted: false };
  const cut = cutInTwo(scene, first);
  if (cut === undefined) return { [side]: first, parted: false };
  const [a, b] = cut;
  return sideOf(a) === 'left' ? { left: a, right: b, parted: true } : { left: b, right: a, parted: true };
}

/** One part that crosses the middle: worn off from outside until it falls in two, each voxel then goes to the nearer core. */
function cutInTwo(scene: Scene, whole: Uint8Array): [Uint8Array, Uint8Array] | undefined {
  const { coarse, centre, voxel } = scene;
  const depth = distanceTo(
    whole.map((value) => 1 - value),
    coarse,
  );
  for (let mm = 2; mm <= 16; mm += 2) {
    const core = whole.map((value, p) => (value && depth[p] > mm ? 1 : 0));
    const [a, b] = components(core, coarse.dims, 0.15 * (SMALLEST / voxel)).map((list) => maskOf(list, core.length));
    if (a === undefined || b === undefined) continue;
    const sides = [a, b].map((mask) => meanPoint(mask, coarse)[0] > centre[0]);
    if (sides[0] === sides[1]) continue;
    const [toA, toB] = [distanceTo(a, coarse), distanceTo(b, coarse)];
    return [whole.map((v, p) => (v && toA[p] <= toB[p] ? 1 : 0)), whole.map((v, p) => (v && toA[p] > toB[p] ? 1 : 0))];
  }
  return undefined;
}

function lung(
  scene: Scene,
  mask: Uint8Array,
  side: 'left' | 'right',
  parted: boolean,
  airway: Airway | undefined,
): FoundStructure {
  const { coarse, inBody, voxel } = scene;
  const { mean, volume } = tally(mask, coarse.data, voxel);
  const whole = closed(mask, coarse, CLOSING);
  for (let p = 0; p < whole.length; p++) if (!mask[p] && (!inBody[p] || airway?.near[p])) whole[p] = 0;
  fillSliceHoles(whole, coarse.dims);
  const contours: Contour[] = outlineMask(scene, whole, { level: (mean + 40) / 2, organ: 'darker', smallest: 30 });
  const [nx, ny, nz] = coarse.dims;
  const at = (k: number): number => whole.subarray(k * nx * ny, (k + 1) * nx * ny).reduce((sum, v) => sum + v, 0);
  const cut = Math.max(at(0), at(nz - 1)) * coarse.spacing[0] * coarse.spacing[1];
  const judged = judge([
    { words: `volume ${volume.toFixed(0)} cm³ (900 to 4000 expected)`, met: within(volume, 900, 4000, 900) },
    { words: `mean ${mean.toFixed(0)} HU (−920 to −620 expected)`, met: within(mean, -920, -620, 150) },
    { words: 'the two lungs lie apart, or were parted where they touch', met: parted ? 0.6 : 1, least: 0.6 },
    { words: 'trachea seen above and left out', met: airway === undefined ? 0 : 1, least: 0.8 },
    { words: 'ends inside the scanned length', met: cut > 500 ? 0 : 1, least: 0.85 },
    ...positionDoubt(scene),
  ]);
  return { organ: 'lungs', name: NAMES[side], type: 'ORGAN', color: COLORS[side], contours, ...judged };
}

/** Head first supine is what the finders were tried on. */
export const positionDoubt = ({ ct }: Scene): { words: string; met: number; least: number }[] =>
  ct.patientPosition === 'HFS'
    ? []
    : [
        {
          words: `patient lies head first supine (${ct.patientPosition || 'position not stated'})`,
          met: 0,
          least: 0.6,
        },
      ];

function tally(mask: Uint8Array, data: Float32Array, voxel: number): { mean: number; volume: number } {
  let [sum, count] = [0, 0];
  for (let p = 0; p < mask.length; p++)
    if (mask[p]) {
      sum += data[p];
      count++;
    }
  return { mean: sum / Math.max(1, count), volume: count * voxel };
}
