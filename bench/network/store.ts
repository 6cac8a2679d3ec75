import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { open, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Peer } from '#main/services/peer.ts';
import { EXPLICIT_LITTLE_ENDIAN } from '#shared/dicom/uid.ts';
import { runStorescu, startStorescp } from '#test/peers/harness/dcmtk.ts';
import { ctFile, dataSet, part10 } from '#test/peers/harness/part10.ts';
import { temporaryFolder } from '#test/peers/harness/process.ts';
import type { Row } from '../report/row.ts';

const SLICES = 200;
/** 512 × 512 pixels of 16 bits: 525 kB a file. */
const SIZE = 512;
const RT_DOSE = '1.2.840.10008.5.1.4.1.1.481.2';
/** A dose grid of 32 bits, bytes. */
const DOSE_BYTES = 315_000_000;
const RUNS = 4;

interface WorkerReport {
  readonly port?: number;
  readonly sent?: number;
  readonly seconds?: number;
  readonly peakMemory?: number;
}

/** Our end in a process of its own. */
class Worker {
  readonly #child;
  readonly #lines;

  constructor(args: readonly string[]) {
    const script = fileURLToPath(new URL('worker.ts', import.meta.url));
    this.#child = spawn(process.execPath, [script, ...args], { stdio: ['pipe', 'pipe', 'inherit'] });
    this.#lines = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
  }

  async report(): Promise<WorkerReport> {
    const { value, done } = await this.#lines.next();
    if (done === true) throw new Error('the worker ended without a word');
    return JSON.parse(value) as WorkerReport;
  }

  /** Lets it finish. */
  async end(): Promise<WorkerReport> {
    this.#child.stdin.end();
    const report = await this.report();
    if (this.#child.exitCode === null) await once(this.#child, 'exit');
    return report;
  }
}

async function storescu(peer: Peer, files: readonly string[]): Promise<number> {
  const start = performance.now();
  const { code, output } = await runStorescu(peer, files, ['-xe']);
  if (code !== 0) throw new Error(output);
  return (performance.now() - start) / 1000;
}

async function ownScu(peer: Peer, files: readonly string[]): Promise<Required<Omit<WorkerReport, 'port'>>> {
  const worker = new Worker(['send', String(peer.port), peer.aeTitle, ...files]);
  const { sent = 0, seconds = 0, peakMemory = 0 } = await worker.end();
  if (sent !== files.length) throw new Error(`${sent} of ${files.length} sent`);
  return { sent, seconds, peakMemory };
}

interface Measured {
  /** Best of a few runs in turn, seconds: other load on the machine can only make a run slower. */
  readonly dcmtk: number;
  readonly scp: number;
  readonly scu: number;
  /** Most memory, MB. */
  readonly scpMemory: number;
  readonly scuMemory: number;
}

/** The same files DCMTK to DCMTK, DCMTK to us, us to DCMTK. */
async function measure(files: readonly string[], runs: number): Promise<Measured> {
  const received = await temporaryFolder('bench-received');
  const storescp = await startStorescp();
  const receiver = new Worker(['receive', received.path]);
  try {
    const { port = 0 } = await receiver.report();
    const ours = { aeTitle: 'BENCH', host: '127.0.0.1', port };
    const best = { dcmtk: Infinity, scp: Infinity, scu: Infinity };
    let scuMemory = 0;
    for (let run = 0; run < runs; run++) {
      best.dcmtk = Math.min(best.dcmtk, await storescu(storescp.peer, files));
      best.scp = Math.min(best.scp, await storescu(ours, files));
      const { seconds, peakMemory } = await ownScu(storescp.peer, files);
      best.scu = Math.min(best.scu, seconds);
      scuMemory = Math.max(scuMemory, peakMemory);
    }
    const { peakMemory = 0 } = await receiver.end();
    return { ...best, scpMemory: peakMemory, scuMemory };
  } finally {
    await storescp.stop();
    await rm(received.path, { recursive: true, force: true });
  }
}

/** An RT Dose too large to be held in memory, written in pieces. */
async function writeDose(file: string): Promise<void> {
  const uid = '1.2.826.0.1.3680043.10.999.3.0';
  const head = dataSet([
    [0x00080016, 'UI', RT_DOSE],
    [0x00080018, 'UI', uid],
    [0x00080060, 'CS', 'RTDOSE'],
  ]);
  const pixelHead = Buffer.from('e07f10004f57000000000000', 'hex');
  pixelHead.writeUInt32LE(DOSE_BYTES, 8);
  await using handle = await open(file, 'w');
  await handle.write(part10(Buffer.concat([head, pixelHead]), RT_DOSE, uid, EXPLICIT_LITTLE_ENDIAN));
  const piece = Buffer.alloc(1_000_000, 7);
  for (let left = DOSE_BYTES; left > 0; left -= piece.length) await handle.write(piece);
}

const PEER = 'DCMTK → DCMTK';

function rows(what: string, measured: Measured, amount: number, unit: string): Row[] {
  const { dcmtk, scp, scu, scpMemory, scuMemory } = measured;
  const row = (name: string, seconds: number): Row => ({
    name: `network: ${what}, ${name}`,
    value: amount / seconds,
    unit,
    peer: PEER,
    ratio: dcmtk / seconds,
  });
  return [
    { name: `network: ${what}, DCMTK → DCMTK`, value: amount / dcmtk, unit },
    row('DCMTK → us (no fsync)', scp),
    row('us → DCMTK', scu),
    { name: `network: ${what}, most memory of our SCP`, value: scpMemory, unit: 'MB' },
    { name: `network: ${what}, most memory of our SCU`, value: scuMemory, unit: 'MB' },
  ];
}

/** 200 CT slices over one association, and one RT Dose of 315 MB. */
export async function run(): Promise<readonly Row[]> {
  const folder = await temporaryFolder('bench-network');
  try {
    const slices: string[] = [];
    for (let slice = 1; slice <= SLICES; slice++) {
      const file = path.join(folder.path, `${slice}.dcm`);
      await writeFile(file, ctFile(`1.2.826.0.1.3680043.10.999.3.${slice}`, SIZE).file);
      slices.push(file);
    }
    const dose = path.join(folder.path, 'dose.dcm');
    await writeDose(dose);
    return [
      ...rows('200 CT', await measure(slices, RUNS), SLICES, 'images/s'),
      ...rows('315 MB RT Dose', await measure([dose], 2), DOSE_BYTES / 1e6, 'MB/s'),
    ];
  } finally {
    await folder.remove();
  }
}
