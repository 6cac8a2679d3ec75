import { createLog } from '#main/host/log.ts';
import { archiveSink } from '#main/host/storageSink.ts';
import { openArchive } from '#main/archive/archive.ts';
import { listen } from '#main/network/listen.ts';
import { storeHandlers } from '#main/services/storeScp.ts';
import { sendFiles } from '#main/services/storeScu.ts';

// The archive behind a storage SCP in a process of its own, so that its memory can be told from the benchmark's.
// `receive DIR` listens until its input ends; `send DIR PORT AET` sends everything in the archive once;
// `generate DIR BYTES` stores one RT Dose of so many bytes from a generated stream. Each line it prints is JSON.

const [mode, dir, ...rest] = process.argv.slice(2);
/** Most memory the process ever held, MB. */
const peakMemory = () => process.resourceUsage().maxRSS / 1000;
const print = (what: object) => console.log(JSON.stringify(what));
const archive = await openArchive(dir);
if (mode === 'receive') await archive.prepare();

async function receive(): Promise<void> {
  const handlers = storeHandlers(archiveSink(archive, createLog()));
  const listener = await listen({ port: 0, host: '127.0.0.1', aeTitle: 'BENCH', handlers });
  print({ port: listener.port });
  await new Promise((resolve) => process.stdin.resume().once('end', resolve));
  await listener.close();
  print({ peakMemory: peakMemory(), count: await archive.count() });
}

async function send(port: number, aeTitle: string): Promise<void> {
  const files = (await archive.locate({})).map(({ file }) => ({ path: file }));
  const peer = { aeTitle, host: '127.0.0.1', port };
  const { sent, seconds } = await sendFiles(peer, { callingAe: 'BENCH' }, files, () => undefined);
  print({ sent, seconds, peakMemory: peakMemory() });
}

async function generate(bytes: number): Promise<void> {
  const { doseBeginning } = await import('./largeDose.ts');
  const piece = Buffer.alloc(1 << 20, 7);
  const start = performance.now();
  const receiving = await archive.receive({ source: 'bench' });
  await receiving.write(doseBeginning('1.2.826.0.1.3680043.10.999.5.1', bytes));
  for (let left = bytes; left > 0; left -= piece.length)
    await receiving.write(piece.subarray(0, Math.min(left, piece.length)));
  await receiving.commit();
  const seconds = (performance.now() - start) / 1000;
  const { changed, missing } = await archive.verify();
  print({ seconds, peakMemory: peakMemory(), wrong: changed.length + missing.length, count: await archive.count() });
}

if (mode === 'receive') await receive();
else if (mode === 'send') await send(Number(rest[0]), rest[1]);
else await generate(Number(rest[0]));
await archive.close();
