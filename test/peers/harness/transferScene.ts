import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { dataSetOffset } from '#main/archive/fileMeta.ts';
import type { Peer } from '#main/services/peer.ts';
import { type RunningProgram, startProgram } from './process.ts';

export interface Sink {
  readonly peer: Peer;
  readonly pid: number;
  stop(): Promise<void>;
}

/** DCMTK's storescp on a given port, writing into a folder that outlives it. */
export async function sinkAt(port: number, dir: string, args: readonly string[] = []): Promise<Sink> {
  const all = ['-aet', 'SINK', '-od', dir, '+xa', '+B', ...args, String(port)];
  const program: RunningProgram = await startProgram('storescp', all, port);
  return { peer: { aeTitle: 'SINK', host: '127.0.0.1', port }, pid: program.pid, stop: () => program.stop() };
}

/** SHA-256 of the data set of each file in a folder, sorted. */
export async function dataSetHashes(files: readonly string[]): Promise<string[]> {
  const hashes = await Promise.all(
    files.map(async (file) => {
      const bytes = await readFile(file);
      return createHash('sha256')
        .update(bytes.subarray(dataSetOffset(bytes)))
        .digest('hex');
    }),
  );
  return hashes.sort();
}

export const filesIn = async (dir: string): Promise<string[]> =>
  (await readdir(dir)).sort().map((name) => path.join(dir, name));
