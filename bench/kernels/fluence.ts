import { doseObjective } from '#shared/optimization/objectives/doseObjective.ts';
import { optimizeFluence } from '#shared/optimization/influence/fluenceMap.ts';
import { type Influence, influenceOf } from '#shared/optimization/influence/influence.ts';
import type { Row } from '../report/row.ts';
import { cShape } from './cShape.ts';
import { measured } from './measured.ts';

/** matRad on a 2-core EPYC, CPU: dose-influence matrix of the C-shape (83.5 million non-zeros), and IPOPT's search over it. */
const MATRAD_MATRIX = 139.8;
const MATRAD_SEARCH = 80.9;
/** What it found. */
const MATRAD_OBJECTIVE = 2.6702;
const FALL = 1e-3;

/** The C-shape from bixels to a fluence map: matrix, one evaluation, the search until an iteration gains less than 0.1 %. */
export async function fluenceRows(): Promise<Row[]> {
  const shape = cShape();
  if (shape === undefined) return [];
  const { labels, setups, machine } = shape;
  const voxels = Uint32Array.from(Array.from(labels.keys()).filter((voxel) => labels[voxel] > 0));
  const inside = (label: number): Uint32Array =>
    Uint32Array.from(Array.from(voxels.keys()).filter((row) => labels[voxels[row]] === label));
  const rowsOf = new Map([
    ['Target', inside(2)],
    ['Core', inside(3)],
    ['Body', inside(1)],
  ]);
  const objective = doseObjective(
    {
      prescription: { roi: 'Target', dose: 50, fractions: 30 },
      objectives: [
        { roi: 'Target', type: 'squared-deviation', dose: 50, weight: 1000 },
        { roi: 'Core', type: 'squared-overdose', dose: 25, weight: 300 },
        { roi: 'Body', type: 'squared-overdose', dose: 30, weight: 100 },
      ],
    },
    { rowsOf, rows: voxels.length },
  );
  let influence!: Influence;
  const matrix = await measured(async () => {
    influence = await influenceOf(setups, machine, voxels);
  });
  let [value, evaluations, iterations] = [0, 0, 0];
  const target = { roi: 'Target', dosePerFraction: 50 / 30 };
  const search = await measured(async () => {
    const found = await optimizeFluence(influence, objective, target, { valueTolerance: FALL });
    ({ value, evaluations, iterations } = found);
  });
  // Every evaluation visits each voxel of each beam twice, 48 bytes a voxel.
  const bytes = 96 * influence.seen * evaluations;
  return [
    {
      name: 'dose influence without a matrix, C-shape, 1,729 bixels of 5 mm, no cut-off',
      value: matrix.cpu,
      unit: 's CPU',
      peer: 'matRad',
      ratio: matrix.cpu / MATRAD_MATRIX,
    },
    { name: '… kept of it', value: (48 * influence.seen) / 1e6, unit: 'MB' },
    {
      name: `fluence map over it, ${iterations} iterations`,
      value: search.cpu,
      unit: 's CPU',
      peer: 'matRad',
      ratio: search.cpu / MATRAD_SEARCH,
    },
    { name: '… objective reached', value, unit: '', peer: 'matRad’s optimum', ratio: value / MATRAD_OBJECTIVE },
    { name: '… voxels read', value: bytes / 1e9 / search.cpu, unit: 'GB/s' },
  ];
}
