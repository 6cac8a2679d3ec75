import { writeSync } from 'node:fs';
import { openArchive } from '#main/archive/archive.ts';
import { ctSlice } from './objects.ts';

// A child process for kill.test.ts: receives objects without end, names each on stdout once it is acknowledged.
const archive = await openArchive(process.argv[2]);
// More than the archive gathers before it writes, so that a kill can find a file half written.
const pixels = new Uint16Array(700 * 1024);

async function receiveOne(n: number): Promise<void> {
  const file = ctSlice(n, { Rows: 700, Columns: 1024, PixelData: pixels });
  const receiving = await archive.receive({ source: 'SCU' });
  for (let at = 0; at < file.length; at += 16384) await receiving.write(file.subarray(at, at + 16384));
  const { sopInstanceUid } = await receiving.commit();
  writeSync(1, `${sopInstanceUid}\n`);
}

async function sender(first: number): Promise<void> {
  for (let n = first; ; n += 4) await receiveOne(n);
}
await Promise.all([1, 2, 3, 4].map(sender));
