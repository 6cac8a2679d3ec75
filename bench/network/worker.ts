import { closeSync, openSync, writeSync } from 'node:fs';
import path from 'node:path';
import { listen } from '#main/network/listen.ts';
import type { StoreSinkFactory } from '#main/services/storeScp.ts';
import { storeHandlers } from '#main/services/storeScp.ts';
import { sendFiles } from '#main/services/storeScu.ts';

// Our end of a transfer in a process of its own, so that its memory can be told from the benchmark's.
// `receive FOLDER` listens until its input ends; `send PORT AET FILE…` sends once. Each line it prints is JSON.

/** Most memory the process ever held, MB. */
const peakMemory = () => process.resourceUsage().maxRSS / 1000;
const print = (what: object) => console.log(JSON.stringify(what));

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

async function receive(folder: string): Promise<void> {
  const handlers = storeHandlers(fileSink(folder));
  const listener = await listen({ port: 0, host: '127.0.0.1', aeTitle: 'BENCH', handlers });
  print({ port: listener.port });
  await new Promise((resolve) => process.stdin.resume().once('end', resolve));
  await listener.close();
  print({ peakMemory: peakMemory() });
}

async function send(port: number, aeTitle: string, files: readonly string[]): Promise<void> {
  const peer = { aeTitle, host: '127.0.0.1', port };
  const paths = files.map((file) => ({ path: file }));
  const { sent, seconds } = await sendFiles(peer, { callingAe: 'BENCH' }, paths, () => undefined);
  print({ sent, seconds, peakMemory: peakMemory() });
}

const [mode, first, ...rest] = process.argv.slice(2);
if (mode === 'receive') await receive(first);
else await send(Number(first), rest[0], rest.slice(1));
