import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { computeDrr } from '#shared/drr/computeDrr.ts';
import type { DrrView } from '#shared/drr/view.ts';
import { bldFromPatient, iecFromPatient } from '#shared/geometry/iec.ts';
import { AXIAL, type Volume } from '#shared/geometry/volume.ts';
import { writeNrrd } from '#test/builders/nrrd.ts';
import { peerMissing } from './harness/missing.ts';
import { plastimatchDrr } from './harness/plastimatch.ts';

const BALLS = [
  [-38, 20, -30],
  [35, -32, 28],
  [4, 36, 30],
  [30, 25, -34],
] as const;

/** Water with bright balls in it, its voxels 1.5 × 1.5 × 2 mm, no symmetry anywhere. */
function marked(): Volume<Float32Array> {
  const dims = [70, 64, 48] as const;
  const data = new Float32Array(dims[0] * dims[1] * dims[2]);
  const origin = [-52, -47, -46] as const;
  for (let k = 0, p = 0; k < dims[2]; k++)
    for (let j = 0; j < dims[1]; j++)
      for (let i = 0; i < dims[0]; i++, p++) {
        const [x, y, z] = [origin[0] + 1.5 * i, origin[1] + 1.5 * j, origin[2] + 2 * k];
        data[p] = -1000;
        for (const [a, b, c] of BALLS)
          data[p] += 3500 * Math.exp(-((x - a) ** 2 + (y - b) ** 2 + (z - c) ** 2) / (2 * 3 ** 2));
      }
  return { dims, spacing: [1.5, 1.5, 2], origin, direction: AXIAL, data };
}

/** By how many pixels `other` is shifted against `one`: the step that explains their difference best (least squares over gradients). */
function shiftOf(one: Float32Array, other: Float32Array, [columns, rows]: readonly [number, number]): [number, number] {
  let [xx, xy, yy, xd, yd] = [0, 0, 0, 0, 0];
  for (let r = 1; r < rows - 1; r++)
    for (let c = 1; c < columns - 1; c++) {
      const p = c + columns * r;
      const gx = (one[p + 1] - one[p - 1]) / 2;
      const gy = (one[p + columns] - one[p - columns]) / 2;
      const d = one[p] - other[p];
      [xx, xy, yy, xd, yd] = [xx + gx * gx, xy + gx * gy, yy + gy * gy, xd + gx * d, yd + gy * d];
    }
  const det = xx * yy - xy * xy;
  return [(xd * yy - yd * xy) / det, (yd * xx - xd * xy) / det];
}

describe.skipIf(peerMissing('plastimatch'))('radiographs beside plastimatch', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'drr-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const volume = marked();
  const file = path.join(folder, 'marked.nrrd');
  writeNrrd(file, volume);

  it.each([
    ['AP', [0, 0, 0]],
    ['lateral', [90, 0, 0]],
    ['oblique with collimator', [217, 12, 0]],
    ['couch turned', [310, 0, 75]],
    ['all angles', [140, 300, 340]],
  ] as const)('puts the same things at the same places: %s', (_, [gantry, collimator, couch]) => {
    const iecFromLps = iecFromPatient('HFS') ?? [];
    const isocenter = [6, -4, 3] as const;
    const view: DrrView = {
      angles: { gantry, collimator, couch },
      isocenter,
      iecFromLps,
      sad: 1000,
      sid: 1500,
      size: [240, 200],
      spacing: [1, 1],
      centre: [0, 0],
    };
    const bld = bldFromPatient(view.angles, isocenter, iecFromLps);
    const theirs = plastimatchDrr(
      file,
      { ...view, spacing: 1, towardsSource: [bld[8], bld[9], bld[10]], up: [bld[4], bld[5], bld[6]] },
      folder,
    ).data;
    const ours = computeDrr({ ...volume, slope: 1, intercept: 0 }, view).data;
    // Its unit is another (per mm at 80 keV, and then some): the scale that fits best.
    const scale =
      ours.reduce((sum, value, n) => sum + value * theirs[n], 0) /
      theirs.reduce((sum, value) => sum + value * value, 0);
    const scaled = theirs.map((value) => value * scale);
    const [x, y] = shiftOf(ours, scaled, view.size);
    // The issue asks for half a millimetre; 1.5 pixels are 1 mm at the isocenter.
    expect(Math.hypot(x, y) / 1.5).toBeLessThan(0.05);
    // And nothing is turned or stretched: what is left is boxes of 1.5 mm against straight lines between their centres.
    const most = Math.max(...ours);
    const rms = Math.sqrt(ours.reduce((sum, value, n) => sum + (value - scaled[n]) ** 2, 0) / ours.length);
    expect(most).toBeGreaterThan(15);
    expect(rms / most).toBeLessThan(0.015);
  });
});
