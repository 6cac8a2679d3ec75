import { readdir } from 'node:fs/promises';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { openArchive } from '#main/archive/archive.ts';
import { createLog } from '#main/host/log.ts';
import { archiveSink } from '#main/host/storageSink.ts';
import { listen } from '#main/network/listen.ts';
import { echo } from '#main/services/echo.ts';
import { storeHandlers } from '#main/services/storeScp.ts';
import { DECODERS, survive } from '#test/fuzz/decoders.ts';
import { converse } from '#test/fuzz/hostileClient.ts';
import { mutated, seededInteger } from '#test/fuzz/mutations.ts';
import { CONVERSATIONS } from '#test/fuzz/samples.ts';
import { temporaryFolder } from '#test/peers/harness/process.ts';
import type { Row } from '../report/row.ts';

const SEED = 20261124;
const CONVERSATIONS_HELD = 20_000;
const INPUTS = 80_000;
const AT_ONCE = 8;
/** A conversation that has not ended by then hangs. Milliseconds. */
const LIMIT = 1000;

interface Finding {
  crashes: number;
  slowest: number;
}

/** PDUs, command sets and data sets straight into their decoders. */
async function decoders(finding: Finding): Promise<void> {
  const random = seededInteger(SEED);
  for (let run = 0; run < INPUTS; run++) {
    const decoder = DECODERS[run % DECODERS.length];
    const bytes = mutated(decoder.samples, random);
    const start = performance.now();
    try {
      await survive(decoder, bytes);
    } catch (error) {
      finding.crashes++;
      process.stderr.write(`${String(error)}\n`);
    }
    finding.slowest = Math.max(finding.slowest, performance.now() - start);
  }
}

/** Whole conversations on real sockets with a node that has an archive. @returns those that did not end in time */
async function conversations(port: number, memory: number[]): Promise<number> {
  const random = seededInteger(SEED + 1);
  let held = 0;
  let hung = 0;
  const converseOn = async () => {
    while (held < CONVERSATIONS_HELD) {
      if (held++ % (CONVERSATIONS_HELD / 10) === 0) memory.push(process.memoryUsage().rss / 1e6);
      if (!(await converse(port, mutated(CONVERSATIONS, random), LIMIT))) hung++;
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, converseOn));
  return hung;
}

/** 100,000 damaged inputs: what they do to the decoders, to the state machine on its socket and to the archive behind. */
export async function run(): Promise<readonly Row[]> {
  const finding: Finding = { crashes: 0, slowest: 0 };
  const crashed = () => {
    finding.crashes++;
  };
  process.on('uncaughtException', crashed);
  process.on('unhandledRejection', crashed);
  const folder = await temporaryFolder('bench-fuzz');
  const archive = await openArchive(folder.path);
  const listener = await listen({
    port: 0,
    host: '127.0.0.1',
    aeTitle: 'ISOCENTER',
    handlers: storeHandlers(archiveSink(archive, createLog())),
    asyncOperations: { invoked: 1, performed: 2 },
    authenticate: async () => ({ accepted: true }),
  });
  try {
    await decoders(finding);
    const delay = monitorEventLoopDelay({ resolution: 5 });
    delay.enable();
    const memory: number[] = [];
    const hung = await conversations(listener.port, memory);
    delay.disable();
    const after = await echo({ aeTitle: 'ISOCENTER', host: '127.0.0.1', port: listener.port }, { callingAe: 'AFTER' });
    await listener.close();
    const { missing, orphans, unreadable } = await archive.verify();
    const parts = (await readdir(folder.path, { recursive: true })).filter((name) => name.endsWith('.part'));
    const name = (what: string) => `fuzz, ${INPUTS + CONVERSATIONS_HELD} damaged inputs: ${what}`;
    return [
      { name: name('crashes'), value: finding.crashes, unit: '' },
      { name: name('conversations that hang'), value: hung + Number(after.status !== 0), unit: '' },
      { name: name('longest decoding'), value: finding.slowest, unit: 'ms' },
      { name: name('longest stall of the node'), value: delay.max / 1e6, unit: 'ms' },
      {
        name: name('files left or missing'),
        value: parts.length + missing.length + orphans.length + unreadable.length,
        unit: '',
      },
      // The first half warms up.
      { name: name('memory gained in the second half'), value: memory[9] - memory[5], unit: 'MB' },
    ];
  } finally {
    await listener.close();
    await archive.close();
    await folder.remove();
    process.off('uncaughtException', crashed);
    process.off('unhandledRejection', crashed);
  }
}
