import { type FoundStructure, judge, within } from './found.ts';
import { components, distanceTo, fillSliceHoles } from './masks.ts';
import { outlineMask } from './outline.ts';
import { meanPoint, type Scene } from './scene.ts';

/** HU of a couch's shell against air and foam (foam cores lie at −950 to −850). */
const SHELL = -600;
/** What touches the patient within this is skin, bolus or cushion, mm. */
const CLEAR = 3;
const WIDEST_GAP = 4;

/**
 * The support below the patient: what is denser than air outside the body, in one wide part on most slices, its foam filled in.
 * It is looked for behind a supine and before a prone patient.
 */
export function findCouch(scene: Scene): FoundStructure {
  const found = { organ: 'couch', name: 'CouchSurface', type: 'SUPPORT', color: [170, 170, 180] } as const;
  const none = (reason: string): FoundStructure => ({ ...found, contours: [], confidence: 0, reasons: [reason] });
  const { ct, coarse, inBody, centre } = scene;
  const posture = ct.patientPosition.slice(2);
  if (posture !== 'S' && posture !== 'P')
    return none(`the patient is neither supine nor prone (${ct.patientPosition || 'position not stated'})`);
  const below = posture === 'S' ? 1 : -1;
  const away = distanceTo(inBody, coarse);
  const mask = Uint8Array.from(coarse.data, (value, p) => (value > SHELL && away[p] > CLEAR ? 1 : 0));
  const [nx, ny, nz] = coarse.dims;
  const reach = distanceTo(mask, coarse);
  // A shell thinner than a pixel breaks up: pieces a few millimetres apart are one couch.
  const linked = Uint8Array.from(reach, (distance) => (distance <= WIDEST_GAP ? 1 : 0));
  const couch = new Uint8Array(mask.length);
  let widest = 0;
  for (const list of components(linked, coarse.dims, 200)) {
    const own = new Uint8Array(mask.length);
    for (const p of list) own[p] = mask[p];
    const middle = meanPoint(own, coarse);
    const width = widthOf(own, [nx, ny, nz], coarse.spacing[0]);
    if (below * (middle[1] - centre[1]) <= 0 || width < 150) continue;
    widest = Math.max(widest, width);
    for (let p = 0; p < own.length; p++) if (own[p]) couch[p] = 1;
  }
  if (widest === 0) return none('nothing as wide as a couch below the patient');
  closeToBorder(couch, [nx, ny, nz]);
  fillSliceHoles(couch, coarse.dims);
  const contours = outlineMask(scene, couch, { level: SHELL, organ: 'brighter', smallest: 100 });
  const tops = topsOf(couch, [nx, ny, nz], below, coarse.spacing[1]);
  const mean = tops.reduce((sum, top) => sum + top, 0) / tops.length;
  const wobble = Math.sqrt(tops.reduce((sum, top) => sum + (top - mean) ** 2, 0) / tops.length);
  const judged = judge([
    { words: `seen on ${tops.length} of ${nz} slices`, met: tops.length / nz },
    { words: `${widest.toFixed(0)} mm wide (250 to 600 expected)`, met: within(widest, 250, 600, 120) },
    { words: `its surface keeps its height (±${wobble.toFixed(1)} mm)`, met: within(wobble, 0, 3, 8) },
  ]);
  return { ...found, contours, ...judged };
}

/** Extent along i, mm: the median over the slices that have any. */
function widthOf(mask: Uint8Array, [nx, ny, nz]: readonly [number, number, number], spacing: number): number {
  const widths: number[] = [];
  for (let k = 0; k < nz; k++) {
    let [low, high] = [Infinity, -Infinity];
    for (let j = 0; j < ny; j++)
      for (let i = 0; i < nx; i++)
        if (mask[i + nx * (j + ny * k)]) {
          if (i < low) low = i;
          if (i > high) high = i;
        }
    if (high >= low) widths.push((high - low + 1) * spacing);
  }
  widths.sort((a, b) => a - b);
  return widths[widths.length >> 1] ?? 0;
}

/** Ends of a shell that leaves the image are joined along its border, so that the foam between them is inside. */
function closeToBorder(mask: Uint8Array, [nx, ny, nz]: readonly [number, number, number]): void {
  for (let k = 0; k < nz; k++)
    for (const i of [0, nx - 1]) {
      const hits: number[] = [];
      for (let j = 0; j < ny; j++) if (mask[i + nx * (j + ny * k)]) hits.push(j);
      if (hits.length > 1) for (let j = hits[0]; j <= hits[hits.length - 1]; j++) mask[i + nx * (j + ny * k)] = 1;
    }
}

/** Height of the couch's surface towards the patient in its middle, mm, for each slice that has it. */
function topsOf(
  mask: Uint8Array,
  [nx, ny, nz]: readonly [number, number, number],
  below: number,
  spacing: number,
): number[] {
  const tops: number[] = [];
  for (let k = 0; k < nz; k++)
    for (let n = 0; n < ny; n++) {
      const j = below > 0 ? n : ny - 1 - n;
      if (!mask[(nx >> 1) + nx * (j + ny * k)]) continue;
      tops.push(j * spacing);
      break;
    }
  return tops;
}
