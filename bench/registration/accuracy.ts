import { loadElastix } from '#main/jobs/elastix.ts';
import { makePhantom } from '#shared/phantom/phantom.ts';
import { DOUBTFUL } from '#shared/registration/quality.ts';
import { registerRigidly } from '#shared/registration/rigid.ts';
import { hasIbsi, IBSI_PATIENTS } from '#test/builders/displacements.ts';
import { runNativeElastix } from '#test/peers/harness/elastix.ts';
import { findProgram } from '#test/peers/harness/missing.ts';
import type { Row } from '../report/row.ts';
import { copyTrials, ibsiTrials, phantomTrials, type Trial } from './sweep.ts';

const COUNT = 20;

const report = ({ name, mean, max, quality, cpuSeconds }: Trial): void => {
  process.stderr.write(
    `  ${name}: ${mean.toFixed(2)} mm, at most ${max.toFixed(2)}; quality ${quality.toFixed(2)}; ${cpuSeconds.toFixed(1)} s CPU\n`,
  );
};

/** Mean and largest error of a series of trials, those beyond the limits, and those of them that the quality did not flag. */
function rowsOf(name: string, trials: readonly Trial[], limit: { mean: number; max: number }): Row[] {
  const failed = trials.filter(({ mean, max }) => mean > limit.mean || max > limit.max);
  const missed = failed.filter(({ quality }) => quality >= DOUBTFUL);
  const average = trials.reduce((sum, { mean }) => sum + mean, 0) / trials.length;
  return [
    { name: `${name}: error over the volume, mean of ${trials.length}`, value: average, unit: 'mm' },
    { name: `${name}: largest anywhere`, value: Math.max(...trials.map(({ max }) => max)), unit: 'mm' },
    {
      name: `${name}: within ${limit.mean} mm mean and ${limit.max} mm`,
      value: (100 * (trials.length - failed.length)) / trials.length,
      unit: '%',
    },
    { name: `${name}: beyond, and not flagged`, value: missed.length, unit: '' },
  ];
}

/** Our whole registration and Debian's elastix, one after the other on the same pair. */
async function timing(): Promise<Row[]> {
  if (findProgram('elastix') === undefined) return [];
  const { ct, mr } = makePhantom('head', 1);
  await registerRigidly(loadElastix, ct, mr);
  const theirs = runNativeElastix(ct, mr);
  const before = process.cpuUsage();
  const { seconds } = await registerRigidly(loadElastix, ct, mr);
  const { user, system } = process.cpuUsage(before);
  const cpu = (user + system) / 1e6;
  return [
    {
      name: 'CT and MR of a head registered',
      value: seconds,
      unit: 's',
      peer: `elastix ${theirs.wallSeconds.toFixed(1)} s`,
      ratio: seconds / theirs.wallSeconds,
    },
    {
      name: 'the same in CPU seconds',
      value: cpu,
      unit: 's',
      peer: `elastix ${theirs.cpuSeconds.toFixed(1)} s`,
      ratio: cpu / theirs.cpuSeconds,
    },
  ];
}

/** Some 240 registrations with known answers: a quarter of an hour on a quiet machine. */
export async function run(): Promise<readonly Row[]> {
  const limit = { mean: 1, max: 2 };
  const rows = await timing();
  for (const kind of ['head', 'thorax', 'pelvis'] as const)
    rows.push(...rowsOf(`${kind} CT and MR`, await phantomTrials(kind, COUNT, report), limit));
  if (!hasIbsi) return rows;
  for (const modality of ['MR_T1', 'PET'] as const)
    for (const patient of IBSI_PATIENTS)
      rows.push(...rowsOf(`${patient} CT and ${modality}`, await ibsiTrials(patient, modality, COUNT, report), limit));
  const copies = await copyTrials('STS_035', COUNT, report);
  return [...rows, ...rowsOf('MR and its copy', copies, { mean: 0.3, max: 0.3 })];
}
