import { IsocenterError } from '../contract/errors.ts';
import { isolines } from '../evaluation/isolines.ts';
import { type Grid, indexToPatient } from '../geometry/volume.ts';
import type { ImageVolume } from '../model/image.ts';
import type { Contour } from '../model/structures.ts';
import { largeComponents } from './contours/components.ts';
import { nearestSites } from './margins/featureTransform.ts';
import { signedArea, simplifyRings } from './contours/rings.ts';

/** HU that separates patient from air: half way between air and soft tissue, a little above for noise and foam. */
const SKIN = -400;
/** Things thinner than twice this (couch shells, wires, sheets) are not patient, mm. */
const OPENING = 4;
/** Pixel size of the search for the patient, mm. */
const COARSE = 2;
/** Separate parts are kept down to this fraction of the largest (legs, arms). */
const PART = 0.05;
/** Smallest outline kept, mm². */
const SMALLEST = 100;

/**
 * The patient's outer contour on every slice of a CT: thresholded, thin objects (couch, sheets) removed by a morphological
 * opening, the largest connected parts kept, holes (lungs, bowel gas) filled slice by slice, outlined at the skin threshold with
 * sub-pixel accuracy. Outer contours only.
 * @throws IsocenterError USAGE when the volume is not in HU; NOT_FOUND when it holds no patient.
 */
export function findBody(ct: ImageVolume): Contour[] {
  if (ct.unit !== 'HU')
    throw new IsocenterError('USAGE', 'an automatic BODY needs a CT in Hounsfield units', {
      object: ct.seriesDescription,
      attribute: 'RescaleType',
    });
  const coarse = coarseMask(ct);
  const kept = selectPatient(coarse);
  if (!kept)
    throw new IsocenterError('NOT_FOUND', 'no patient found in the image: nothing large above −400 HU', {
      object: ct.seriesDescription,
    });
  const contours: Contour[] = [];
  for (let k = 0; k < ct.dims[2]; k++) {
    fillHoles(kept, coarse, k);
    contours.push(...outline(ct, kept, coarse, k));
  }
  return contours;
}

interface CoarseMask {
  readonly dims: readonly [number, number, number];
  readonly spacing: readonly [number, number, number];
  /** Image pixels per coarse pixel along i and j. */
  readonly factor: readonly [number, number];
  readonly mask: Uint8Array;
}

/** 1 where the mean of a block of pixels is above the threshold. */
function coarseMask(ct: ImageVolume): CoarseMask {
  const [nx, ny, nz] = ct.dims;
  const fx = Math.max(1, Math.round(COARSE / ct.spacing[0]));
  const fy = Math.max(1, Math.round(COARSE / ct.spacing[1]));
  const dims: [number, number, number] = [Math.ceil(nx / fx), Math.ceil(ny / fy), nz];
  const mask = new Uint8Array(dims[0] * dims[1] * nz);
  for (let k = 0, p = 0; k < nz; k++)
    for (let y = 0; y < dims[1]; y++)
      for (let x = 0; x < dims[0]; x++, p++) {
        let [sum, n] = [0, 0];
        for (let j = y * fy; j < Math.min(ny, (y + 1) * fy); j++)
          for (let i = x * fx; i < Math.min(nx, (x + 1) * fx); i++, n++) sum += ct.data[i + nx * (j + ny * k)];
        mask[p] = (sum / n) * ct.slope + ct.intercept > SKIN ? 1 : 0;
      }
  return { dims, spacing: [ct.spacing[0] * fx, ct.spacing[1] * fy, ct.spacing[2]], factor: [fx, fy], mask };
}

/** Opening, largest components, and back to full size within the mask; undefined when nothing is left. */
function selectPatient({ dims, spacing, mask }: CoarseMask): Uint8Array | undefined {
  const size = dims[0] * dims[1];
  const core = new Uint8Array(mask.length);
  for (let k = 0; k < dims[2]; k++) {
    const slice = mask.subarray(k * size, (k + 1) * size);
    // Pixels further than the opening radius from any pixel outside; beyond the image counts as inside, so crops stay whole.
    const air = slice.map((value) => 1 - value);
    markFar(air, dims, spacing, OPENING, (p) => {
      if (slice[p]) core[k * size + p] = 1;
    });
  }
  const kept = largeComponents(core, dims, PART);
  if (!kept) return undefined;
  const grown = new Uint8Array(mask.length);
  const reach = OPENING + Math.max(spacing[0], spacing[1]);
  for (let k = 0; k < dims[2]; k++) {
    const slice = kept.subarray(k * size, (k + 1) * size);
    const target = grown.subarray(k * size, (k + 1) * size);
    target.set(mask.subarray(k * size, (k + 1) * size));
    markFar(slice, dims, spacing, reach, (p) => {
      target[p] = 0;
    });
  }
  return grown;
}

/** Calls `mark` for every pixel of a slice further than `mm` from the nearest set pixel. */
function markFar(
  slice: Uint8Array,
  dims: readonly number[],
  spacing: readonly number[],
  mm: number,
  mark: (p: number) => void,
): void {
  const nearest = nearestSites(slice, [dims[0], dims[1], 1], [spacing[0], spacing[1], 1]);
  for (let p = 0; p < slice.length; p++) {
    const q = nearest[p];
    const dx = ((p % dims[0]) - (q % dims[0])) * spacing[0];
    const dy = (Math.floor(p / dims[0]) - Math.floor(q / dims[0])) * spacing[1];
    if (q < 0 || dx * dx + dy * dy > mm * mm) mark(p);
  }
}

/** Sets everything in slice k that the border cannot reach through empty pixels (4-connected). */
function fillHoles(mask: Uint8Array, { dims }: CoarseMask, k: number): void {
  const [width, height] = dims;
  const slice = mask.subarray(k * width * height, (k + 1) * width * height);
  const outside = new Uint8Array(slice.length);
  const queue: number[] = [];
  const visit = (p: number): void => {
    if (slice[p] || outside[p]) return;
    outside[p] = 1;
    queue.push(p);
  };
  for (let x = 0; x < width; x++) {
    visit(x);
    visit((height - 1) * width + x);
  }
  for (let y = 0; y < height; y++) {
    visit(y * width);
    visit(y * width + width - 1);
  }
  for (let p = queue.pop(); p !== undefined; p = queue.pop()) {
    const x = p % width;
    if (x > 0) visit(p - 1);
    if (x + 1 < width) visit(p + 1);
    if (p >= width) visit(p - width);
    if (p + width < slice.length) visit(p + width);
  }
  for (let p = 0; p < slice.length; p++) slice[p] = outside[p] ? 0 : 1;
}

/** Skin on slice k: the threshold's iso-line, looked for only along the rim of the coarse mask. */
function outline(ct: ImageVolume, kept: Uint8Array, coarse: CoarseMask, k: number): Contour[] {
  const [nx, ny] = ct.dims;
  const [width, height] = coarse.dims;
  const slice = kept.subarray(k * width * height, (k + 1) * width * height);
  const rim = (x: number, y: number): 0 | 1 | 2 => {
    let [all, any] = [true, false];
    for (let dy = -1; dy <= 1; dy++)
      for (let dx = -1; dx <= 1; dx++) {
        const inside =
          slice[Math.max(0, Math.min(height - 1, y + dy)) * width + Math.max(0, Math.min(width - 1, x + dx))];
        all &&= inside === 1;
        any ||= inside === 1;
      }
    return all ? 2 : any ? 1 : 0;
  };
  const values = new Float32Array((nx + 2) * (ny + 2)).fill(-1000);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const zone = rim(x, y);
      if (zone === 0) continue;
      for (let j = y * coarse.factor[1]; j < Math.min(ny, (y + 1) * coarse.factor[1]); j++)
        for (let i = x * coarse.factor[0]; i < Math.min(nx, (x + 1) * coarse.factor[0]); i++)
          values[(j + 1) * (nx + 2) + i + 1] =
            zone === 2 ? 200 : Math.min(200, ct.data[i + nx * (j + ny * k)] * ct.slope + ct.intercept);
    }
  return isolines(values, nx + 2, ny + 2, SKIN)
    .map((line) => line.points.map((value, i) => (value - 1) * ct.spacing[i % 2]))
    .filter((ring) => signedArea(ring) > SMALLEST)
    .flatMap((ring) => simplifyRings([ring], 0.1))
    .map((ring) => toContour(ring, ct, k));
}

function toContour(ring: Float64Array, grid: Grid, k: number): Contour {
  const points = new Float64Array((ring.length / 2) * 3);
  for (let i = 0; i < ring.length / 2; i++)
    points.set(indexToPatient(grid, [ring[2 * i] / grid.spacing[0], ring[2 * i + 1] / grid.spacing[1], k]), 3 * i);
  return { type: 'CLOSED_PLANAR', points };
}
