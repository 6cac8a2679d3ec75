import { closeSync, openSync, writeSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { listen } from '#main/network/listen.ts';
import type { StoreSinkFactory } from '#main/services/storeScp.ts';
import { storeHandlers } from '#main/services/storeScp.ts';
import { sendFiles } from '#main/services/storeScu.ts';
import { runStorescu, startStorescp } from '#test/peers/harness/dcmtk.ts';
import { ctFile } from '#test/peers/harness/part10.ts';
import { temporaryFolder } from '#test/peers/harness/process.ts';
import type { Row } from '../report/row.ts';

const SLICES = 200;
/** 512 × 512 pixels of 16 bits: 525 kB a file. */
const SIZE = 512;
const RUNS = 3;

/** Best of a few runs, images per second: other load on the machine can only make a run slower. */
async function imagesPerSecond(once: () => Promise<void>): Promise<number> {
  let best = 0;
  for (let run = 0; run < RUNS; run++) {
    const start = performance.now();
    await once();
    best = Math.max(best, (1000 * SLICES) / (performance.now() - start));
  }
  return best;
}

/** Writes data sets to files as they come, as storescp does; durability is the archive's benchmark. */
function fileSink(folder: string): StoreSinkFactory {
  return ({ sopInstanceUid }) => {
    const file = openSync(path.join(folder, sopInstanceUid), 'w');
    return {
      write: (chunk) => {
        writeSync(file, chunk);
      },
      finish: async () => {
        closeSync(file);
        return { status: 0 };
      },
      abort: () => closeSync(file),
    };
  };
}

async function storescu(peer: Parameters<typeof runStorescu>[0], files: readonly string[]): Promise<void> {
  const { code, output } = await runStorescu(peer, files, ['-xe']);
  if (code !== 0) throw new Error(output);
}

/** 200 CT slices over one loopback association: DCMTK to DCMTK, DCMTK to us, us to DCMTK. */
export async function run(): Promise<readonly Row[]> {
  const folder = await temporaryFolder('bench-network');
  const files: string[] = [];
  for (let slice = 1; slice <= SLICES; slice++) {
    const file = path.join(folder.path, `${slice}.dcm`);
    await writeFile(file, ctFile(`1.2.826.0.1.3680043.10.999.3.${slice}`, SIZE).file);
    files.push(file);
  }
  const received = await temporaryFolder('bench-received');
  const storescp = await startStorescp();
  const own = await listen({
    port: 0,
    host: '127.0.0.1',
    aeTitle: 'BENCH',
    handlers: storeHandlers(fileSink(received.path)),
  });
  const ownPeer = { aeTitle: 'BENCH', host: '127.0.0.1', port: own.port };
  try {
    const dcmtk = await imagesPerSecond(() => storescu(storescp.peer, files));
    const scp = await imagesPerSecond(() => storescu(ownPeer, files));
    const scu = await imagesPerSecond(async () => {
      const report = await sendFiles(
        storescp.peer,
        { callingAe: 'BENCH' },
        files.map((file) => ({ path: file })),
        () => undefined,
      );
      if (report.sent !== SLICES) throw new Error(`${report.sent} of ${SLICES} sent`);
    });
    const peer = 'DCMTK → DCMTK';
    return [
      { name: 'network: 200 CT, DCMTK → DCMTK', value: dcmtk, unit: 'images/s' },
      { name: 'network: 200 CT, DCMTK → us', value: scp, unit: 'images/s', peer, ratio: scp / dcmtk },
      { name: 'network: 200 CT, us → DCMTK', value: scu, unit: 'images/s', peer, ratio: scu / dcmtk },
      { name: 'network: resident memory afterwards', value: process.memoryUsage().rss / 1e6, unit: 'MB' },
    ];
  } finally {
    await own.close();
    await storescp.stop();
    await rm(received.path, { recursive: true, force: true });
    await folder.remove();
  }
}
