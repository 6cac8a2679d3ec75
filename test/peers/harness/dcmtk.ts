import { readdir } from 'node:fs/promises';
import path from 'node:path';
import type { Peer } from '#main/services/peer.ts';
import type { ProgramResult } from './process.ts';
import { freePort, runProgram, startProgram, temporaryFolder } from './process.ts';

export interface Storescp {
  readonly peer: Peer;
  /** Where it writes, one file an object. */
  readonly dir: string;
  /** Full paths of what it has received, sorted. */
  files(): Promise<string[]>;
  output(): string;
  readonly pid: number;
  stop(): Promise<void>;
}

/**
 * DCMTK's storescp on a free loopback port.
 * @param args by default it takes every transfer syntax (+xa) and writes data sets as received (+B).
 */
export async function startStorescp(args: readonly string[] = ['+xa', '+B']): Promise<Storescp> {
  const folder = await temporaryFolder('storescp');
  const port = await freePort();
  const all = ['-aet', 'STORESCP', '-od', folder.path, ...args, String(port)];
  const program = await startProgram('storescp', all, port);
  return {
    peer: { aeTitle: 'STORESCP', host: '127.0.0.1', port },
    dir: folder.path,
    files: async () => (await readdir(folder.path)).sort().map((name) => path.join(folder.path, name)),
    output: () => program.output(),
    pid: program.pid,
    stop: async () => {
      await program.stop();
      await folder.remove();
    },
  };
}

/**
 * DCMTK's storescu.
 * @param args e.g. ['-xi'] to propose implicit little endian only, ['-R'] to propose only what the files need.
 */
export function runStorescu(
  peer: Peer,
  files: readonly string[],
  args: readonly string[] = [],
): Promise<ProgramResult> {
  return runProgram('storescu', ['-v', '-aec', peer.aeTitle, ...args, peer.host, String(peer.port), ...files], 300_000);
}

/** DCMTK's echoscu. */
export function runEchoscu(peer: Peer, args: readonly string[] = []): Promise<ProgramResult> {
  return runProgram('echoscu', ['-v', '-aec', peer.aeTitle, ...args, peer.host, String(peer.port)]);
}
