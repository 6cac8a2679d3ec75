import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Peer } from '#main/services/peer.ts';
import { runStorescu, startStorescp } from '#test/peers/harness/dcmtk.ts';
import { ctFile } from '#test/peers/harness/part10.ts';
import { temporaryFolder } from '#test/peers/harness/process.ts';
import type { Row } from '../report/row.ts';
import { Child } from './child.ts';
import { writeLargeDose } from './largeDose.ts';

const SLICES = 200;
/** 512 × 512 pixels of 16 bits: 525 kB a file. */
const SIZE = 512;
const DOSE_BYTES = 315_000_000;
/** More than two gibibytes, the limit of one read in Node. */
const HUGE_BYTES = 3 * 2 ** 30;
const RUNS = 4;

interface Report {
  readonly port?: number;
  readonly sent?: number;
  readonly seconds?: number;
  readonly peakMemory?: number;
  readonly count?: number;
  readonly wrong?: number;
}

const worker = (...args: string[]) =>
  new Child<Report>([fileURLToPath(new URL('worker.ts', import.meta.url)), ...args]);

async function storescu(peer: Peer, files: readonly string[]): Promise<number> {
  const start = performance.now();
  const { code, output } = await runStorescu(peer, files, ['-xe']);
  if (code !== 0) throw new Error(output);
  return (performance.now() - start) / 1000;
}

/** New objects for each run: what is held already would cost less. */
async function slicesOf(folder: string, run: number): Promise<string[]> {
  const files: string[] = [];
  for (let slice = 1; slice <= SLICES; slice++) {
    const file = path.join(folder, `${run}-${slice}.dcm`);
    await writeFile(file, ctFile(`1.2.826.0.1.3680043.10.999.4.${run}.${slice}`, SIZE).file);
    files.push(file);
  }
  return files;
}

/** 200 CT slices over one association into the archive, fsynced before each answer, beside DCMTK, which never fsyncs. */
async function slices(folder: string): Promise<Row[]> {
  const into = await temporaryFolder('bench-archive');
  const storescp = await startStorescp();
  const child = worker('receive', into.path);
  const best = { dcmtk: Infinity, ours: Infinity };
  try {
    const { port = 0 } = await child.report();
    const ours = { aeTitle: 'BENCH', host: '127.0.0.1', port };
    for (let run = 0; run < RUNS; run++) {
      const files = await slicesOf(folder, run);
      best.dcmtk = Math.min(best.dcmtk, await storescu(storescp.peer, files));
      best.ours = Math.min(best.ours, await storescu(ours, files));
    }
    const { peakMemory = 0, count } = await child.end();
    if (count !== RUNS * SLICES) throw new Error(`${count} of ${RUNS * SLICES} stored`);
    return [
      { name: 'archive: 200 CT, DCMTK → DCMTK', value: SLICES / best.dcmtk, unit: 'images/s' },
      {
        name: 'archive: 200 CT, DCMTK → our archive, durable',
        value: SLICES / best.ours,
        unit: 'images/s',
        peer: 'DCMTK → DCMTK',
        ratio: best.dcmtk / best.ours,
      },
      { name: 'archive: 200 CT, most memory of our archive', value: peakMemory, unit: 'MB' },
    ];
  } finally {
    await storescp.stop();
    await into.remove();
  }
}

/** One RT Dose of 315 MB in and out, durable. */
async function dose(folder: string): Promise<Row[]> {
  const file = path.join(folder, 'dose.dcm');
  await writeLargeDose(file, '1.2.826.0.1.3680043.10.999.4.0', DOSE_BYTES);
  const into = await temporaryFolder('bench-archive');
  const storescp = await startStorescp();
  try {
    const dcmtk = Math.min(await storescu(storescp.peer, [file]), await storescu(storescp.peer, [file]));
    const receiver = worker('receive', into.path);
    const { port = 0 } = await receiver.report();
    const inSeconds = await storescu({ aeTitle: 'BENCH', host: '127.0.0.1', port }, [file]);
    const received = await receiver.end();
    const sent = await worker('send', into.path, String(storescp.peer.port), storescp.peer.aeTitle).end();
    if (sent.sent !== 1) throw new Error('the dose was not sent');
    const row = (name: string, seconds: number): Row => ({
      name: `archive: 315 MB RT Dose, ${name}`,
      value: DOSE_BYTES / 1e6 / seconds,
      unit: 'MB/s',
      peer: 'DCMTK → DCMTK',
      ratio: dcmtk / seconds,
    });
    return [
      row('DCMTK → our archive, durable', inSeconds),
      row('our archive → DCMTK', sent.seconds ?? Infinity),
      { name: 'archive: 315 MB RT Dose, most memory in', value: received.peakMemory ?? 0, unit: 'MB' },
      { name: 'archive: 315 MB RT Dose, most memory out', value: sent.peakMemory ?? 0, unit: 'MB' },
    ];
  } finally {
    await storescp.stop();
    await into.remove();
  }
}

/** An object larger than Node reads at once, stored and verified. */
async function huge(): Promise<Row[]> {
  const into = await temporaryFolder('bench-archive');
  try {
    const { seconds = 0, peakMemory = 0, wrong, count } = await worker('generate', into.path, String(HUGE_BYTES)).end();
    if (count !== 1 || wrong !== 0) throw new Error(`${count} stored, ${wrong} wrong`);
    return [
      { name: 'archive: one object of 3 GiB, durable', value: HUGE_BYTES / 1e6 / seconds, unit: 'MB/s' },
      { name: 'archive: one object of 3 GiB, most memory (stored and verified)', value: peakMemory, unit: 'MB' },
    ];
  } finally {
    await into.remove();
  }
}

export async function run(): Promise<readonly Row[]> {
  const folder = await temporaryFolder('bench-reception');
  try {
    return [...(await slices(folder.path)), ...(await dose(folder.path)), ...(await huge())];
  } finally {
    await folder.remove();
  }
}
