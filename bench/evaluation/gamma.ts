import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { computeGamma } from '#shared/evaluation/gamma.ts';
import { readNrrd } from '#test/builders/nrrd.ts';
import type { Row } from '../report/row.ts';

const DATA = path.resolve(process.cwd(), '../shared/data/slicerrt_dvh_gamma_oracle');
const NAMES = ['EclipseEnt_Dose.nrrd', 'EclipseEnt_Dose_Day2.nrrd'].map((name) => path.join(DATA, name));
const PLASTIMATCH = '/usr/bin/plastimatch';

/** Gamma 3 %/3 mm of a whole head-and-neck dose (176 × 88 × 136, 88,129 points judged), with interpolated search in both. */
export async function run(): Promise<readonly Row[]> {
  if (!NAMES.every(existsSync)) {
    process.stderr.write(`bench: gamma needs ${DATA}\n`);
    return [];
  }
  const [reference, evaluated] = NAMES.map(readNrrd);
  const before = performance.now();
  computeGamma(reference, evaluated, { dd: 3, dta: 3, cut: 2 });
  const ours = (performance.now() - before) / 1000;
  const row: Row = { name: 'gamma 3 %/3 mm, interpolated search, head and neck', value: ours, unit: 's' };
  if (!existsSync(PLASTIMATCH)) return [row];
  const folder = mkdtempSync(path.join(tmpdir(), 'gamma-'));
  const criteria = ['--dose-tolerance', '0.03', '--dta-tolerance', '3', '--gamma-max', '2'];
  const how = ['--interp-search', '--ref-only-threshold', '--output', path.join(folder, 'gamma.nrrd')];
  const start = performance.now();
  execFileSync(PLASTIMATCH, ['gamma', ...criteria, ...how, ...NAMES], { stdio: 'ignore' });
  const theirs = (performance.now() - start) / 1000;
  rmSync(folder, { recursive: true });
  return [{ ...row, peer: `plastimatch (${theirs.toFixed(1)} s)`, ratio: ours / theirs }];
}
