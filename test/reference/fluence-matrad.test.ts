import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { cShape as cShapeBeams } from '../../bench/kernels/cShape.ts';
import { ctOf, roiOf, structuresOf } from '../unit/shared/dosimetry/phantoms.ts';
import { type DoseObjective, doseObjective } from '#shared/optimization/objectives/doseObjective.ts';
import { parseCalibrationCsv } from '#shared/dosimetry/patient/ctCalibration.ts';
import { createPlan, createPrescription } from '#shared/dosimetry/plan/arrange/planFactory.ts';
import type { Roi } from '#shared/model/structures.ts';
import { optimizationProblem, type ProblemInput } from '#shared/optimization/problem/problem.ts';
import { contoursFromMask } from '#shared/structures/contours/contoursFromMask.ts';
import { optimizeFluence } from '#shared/optimization/influence/fluenceMap.ts';
import type { Goals } from '#shared/optimization/objectives/goals.ts';

const FOLDER = resolve(process.cwd(), '../shared/reference/matrad');

/** float32 little-endian, x fastest. */
function readVolume(name: string): Float32Array {
  const bytes = gunzipSync(readFileSync(resolve(FOLDER, `${name}.f32.gz`)));
  return new Float32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
}

const goals: Goals = {
  prescription: { roi: 'OuterTarget', dose: 50, fractions: 30 },
  objectives: [
    { roi: 'OuterTarget', type: 'squared-deviation', dose: 50, weight: 1000 },
    { roi: 'Core', type: 'squared-overdose', dose: 25, weight: 300 },
    { roi: 'Body', type: 'squared-overdose', dose: 30, weight: 100 },
  ],
};

/** The C-shape's voxels and its structures: label 1 body, 2 target, 3 core. The body holds the others; the overlap rule takes them out of it. */
function cShape(): { voxels: Uint32Array; objective: DoseObjective } {
  const labels = readVolume('tg119c_labels');
  const voxels = Uint32Array.from(Array.from(labels.keys()).filter((voxel) => labels[voxel] > 0));
  const inside = (label: number): Uint32Array =>
    Uint32Array.from(Array.from(voxels.keys()).filter((row) => labels[voxels[row]] === label));
  const rowsOf = new Map([
    ['OuterTarget', inside(2)],
    ['Core', inside(3)],
    ['Body', Uint32Array.from(voxels.keys())],
  ]);
  return { voxels, objective: doseObjective(goals, { rowsOf, rows: voxels.length }) };
}

describe.skipIf(!existsSync(FOLDER))('the objective of the C-shape against matRad', () => {
  it('is what matRad reports at its optimum', () => {
    const { voxels, objective } = cShape();
    const theirs = readVolume('tg119c_opt_dose');
    const doses = Float64Array.from(voxels, (voxel) => theirs[voxel]);
    // Reported to five digits; the stored dose is float32.
    expect(objective.evaluate(doses, new Float64Array(doses.length))).toBeCloseTo(2.6702, 4);
  });

  // From images and contours on: our own pencil beam and our own bixels (5 mm around the target) instead of
  // matRad's, so another optimum, asked to be within 5 % of theirs.
  it('is brought to 5 % of that, with the coverage and the sparing of its plan', async () => {
    const problem = await optimizationProblem(cShapeInput());
    const { voxels } = cShape();
    expect(problem.voxels).toEqual(voxels);
    const objective = problem.objective(goals);
    const target = { roi: 'OuterTarget', dosePerFraction: 50 / 30 };
    const { value, doses } = await optimizeFluence(problem.operator, objective, target, { valueTolerance: 3e-4 });
    expect(value).toBeLessThan(1.05 * 2.6702);
    const share = (roi: string, part: number): number => {
      const own = Float64Array.from(objective.ownRows.get(roi)!, (row) => doses[row]);
      return 30 * own.sort()[Math.floor(part * own.length)];
    };
    expect(share('OuterTarget', 0.05)).toBeGreaterThan(47.9);
    expect(share('Core', 0.95)).toBeLessThan(27.1);
  });
});

/** matRad's volumes as CT and contours, and its five beams. */
function cShapeInput(): ProblemInput {
  const { setups, machine } = cShapeBeams()!;
  const { density } = setups[0].problem;
  const labels = readVolume('tg119c_labels');
  const roi = (number: number, name: string, type: Roi['type'], has: (label: number) => boolean): Roi =>
    roiOf(
      number,
      name,
      type,
      contoursFromMask(
        labels.map((label) => (has(label) ? 1 : 0)),
        density,
      ),
    );
  const structures = structuresOf([
    roi(1, 'Body', 'EXTERNAL', (label) => label > 0),
    roi(2, 'OuterTarget', 'PTV', (label) => label === 2),
    roi(3, 'Core', 'ORGAN', (label) => label === 3),
  ]);
  const hu = ctOf(density.dims, density.spacing, (i, j, k) => {
    const at = i + density.dims[0] * (j + density.dims[1] * k);
    return Math.round(1000 * (density.data[at] - 1));
  });
  return {
    ct: { ...hu, origin: density.origin },
    structures,
    calibration: parseCalibrationCsv('HU,density\n-1000,0\n2000,3\n', 'linear'),
    plan: createPlan({
      sopInstanceUid: '2.25.9',
      label: 'C',
      structures,
      patientPosition: 'HFS',
      prescription: createPrescription(structures.rois[1], 50, 30),
    }),
    directions: setups.map(({ beam }) => beam),
    machine,
    goals,
    grid: density,
    bixel: 5,
  };
}
