import { writeSync } from 'node:fs';
import { openArchive } from '#main/archive/archive.ts';
import { ctSlice } from './objects.ts';

// A child process for kill.test.ts and the bench: `receiveForever.ts DIR [FIRST [SIZES]]` receives objects without end, numbered
// from FIRST, over four "associations", and names each on stdout once it is acknowledged. SIZES: pixels of small and large ones.
const [dir, first = '1', sizes = '2000,716800'] = process.argv.slice(2);
const archive = await openArchive(dir);
// Of the large ones more than the archive gathers before it writes, so that a kill can find a file half written.
const pixels = sizes.split(',').map((count) => new Uint16Array(Number(count)));

async function receiveOne(n: number): Promise<void> {
  const PixelData = pixels[n % pixels.length];
  const file = ctSlice(n, { Rows: PixelData.length / 100, Columns: 100, PixelData });
  const receiving = await archive.receive({ source: 'SCU' });
  for (let at = 0; at < file.length; at += 16384) await receiving.write(file.subarray(at, at + 16384));
  const { sopInstanceUid } = await receiving.commit();
  writeSync(1, `${sopInstanceUid}\n`);
}

async function sender(from: number): Promise<void> {
  for (let n = from; ; n += 4) await receiveOne(n);
}
await Promise.all([0, 1, 2, 3].map((offset) => sender(Number(first) + offset)));
