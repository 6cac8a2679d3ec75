import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DrrSource, PLAIN_DRR } from '#shared/drr/computeDrr.ts';
import type { DrrView } from '#shared/drr/view.ts';
import { bldFromPatient, iecFromPatient } from '#shared/geometry/iec.ts';
import { AXIAL } from '#shared/geometry/volume.ts';
import { castOne, DrrThreads } from '#main/jobs/drrThreads.ts';
import { writeNrrd } from '#test/builders/nrrd.ts';
import { peerMissing } from '#test/peers/harness/missing.ts';
import { plastimatchDrr } from '#test/peers/harness/plastimatch.ts';
import type { Row } from '../report/row.ts';
import { browserRows } from './browser.ts';
import { type DrrSubject, drrSubjects } from './subjects.ts';

const ANGLES = [
  [0, 0, 0],
  [90, 0, 0],
  [40, 15, 20],
] as const;
/** Pictures that are taken round the patient in one go. */
const ROUND = 12;
const SIZE = 512;
const SPACING = 1.2;
/** As the page casts while the hand moves. */
const MOVING = 2;

function viewOf(
  isocenter: DrrView['isocenter'],
  [gantry, collimator, couch]: readonly [number, number, number],
): DrrView {
  return {
    angles: { gantry, collimator, couch },
    isocenter,
    iecFromLps: iecFromPatient('HFS') ?? [],
    sad: 1000,
    sid: 1500,
    size: [SIZE, SIZE],
    spacing: [SPACING, SPACING],
    centre: [0, 0],
  };
}

interface Spent {
  /** ms. */
  readonly wall: number;
  readonly cpu: number;
}

async function spent(work: () => unknown): Promise<Spent> {
  const [start, before] = [performance.now(), process.cpuUsage()];
  await work();
  const { user, system } = process.cpuUsage(before);
  return { wall: performance.now() - start, cpu: (user + system) / 1000 };
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
const ms = (value: number): string => value.toFixed(0);

/** One thread: processor time is what a quiet machine would show on the clock, and half of it what two threads would. */
async function warmRow({ name, ct, middle }: DrrSubject, voxel: number, words: string): Promise<Row> {
  const source = new DrrSource(ct);
  const settings = { ...PLAIN_DRR, voxel };
  const times: number[] = [];
  for (const angles of ANGLES) {
    const view = viewOf(middle, angles);
    source.cast(view, settings);
    for (let n = 0; n < 4; n++) times.push((await spent(() => source.cast(view, settings))).cpu);
  }
  return {
    name: `DRR 512 × 512, ${words}: ${name}`,
    value: mean(times),
    unit: 'ms CPU',
    peer: `${ms(mean(times) / 2)} ms on two quiet threads`,
  };
}

async function besidePlastimatch({ name, ct, middle }: DrrSubject): Promise<Row[]> {
  if (peerMissing('plastimatch')) return [];
  const folder = mkdtempSync(path.join(tmpdir(), 'bench-drr-'));
  const file = path.join(folder, 'ct.nrrd');
  try {
    const hu = new Float32Array(ct.data.length);
    for (let p = 0; p < hu.length; p++) hu[p] = ct.data[p] * ct.slope + ct.intercept;
    writeNrrd(file, { ...ct, direction: AXIAL, data: hu });
    const plan = (angles: readonly [number, number, number]) => {
      const view = viewOf(middle, angles);
      const bld = bldFromPatient(view.angles, middle, view.iecFromLps);
      const towardsSource = [bld[8], bld[9], bld[10]];
      return { view, theirs: { ...view, spacing: SPACING, towardsSource, up: [bld[4], bld[5], bld[6]] } };
    };
    const [ours, theirs]: [Spent[], Spent[]] = [[], []];
    for (const angles of ANGLES) {
      const { view, theirs: asked } = plan(angles);
      // From the CT in memory to the picture, threads and their share of the CT included.
      ours.push(await spent(() => castOne(ct, view, PLAIN_DRR, { threads: 2 })));
      const { seconds, cpuSeconds } = plastimatchDrr(file, asked, folder);
      theirs.push({ wall: 1000 * seconds, cpu: 1000 * cpuSeconds });
    }
    const round = await spent(async () => {
      await using threads = new DrrThreads(ct, 2);
      for (let n = 0; n < ROUND; n++) await threads.cast(plan([(n * 360) / ROUND, 0, 0]).view, PLAIN_DRR);
    });
    const { view } = plan([0, 0, 0]);
    const peer = plastimatchDrr(file, { ...view, spacing: SPACING, around: ROUND }, folder);
    const row = (what: string, mine: number, other: number): Row => ({
      name: `${what}: ${name}`,
      value: mine,
      unit: 'ms',
      peer: `plastimatch (${ms(other)} ms, its file read)`,
      ratio: mine / other,
    });
    const both = (key: keyof Spent) => [ours, theirs].map((list) => mean(list.map((one) => one[key])));
    const [wall, cpu] = [both('wall'), both('cpu')];
    return [
      row('one DRR 512 × 512 of a CT in memory, wall', wall[0], wall[1]),
      row('one DRR 512 × 512 of a CT in memory, processor time', cpu[0], cpu[1]),
      row(`${ROUND} DRRs round the patient, wall`, round.wall, 1000 * peer.seconds),
      row(`${ROUND} DRRs round the patient, processor time`, round.cpu, 1000 * peer.cpuSeconds),
    ];
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Casting alone, whole pictures beside plastimatch's in the same run, and the page. */
export async function run(): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for (const subject of await drrSubjects()) {
    rows.push(await warmRow(subject, 0, 'every voxel'), await warmRow(subject, MOVING, 'while the hand moves (2 mm)'));
    rows.push(...(await besidePlastimatch(subject)));
  }
  return [...rows, ...(await browserRows())];
}
