import { spawn } from 'node:child_process';
import path from 'node:path';
import type { Peer } from '#main/services/peer.ts';
import { PYTHON } from './missing.ts';
import { freePort, startProgram } from './process.ts';

const SCRIPT = path.resolve('test/peers/harness/procedureSteps.py');

/** Attributes in the DICOM JSON model. */
export type JsonAttributes = Readonly<Record<string, { readonly vr?: string; readonly Value?: readonly unknown[] }>>;

/** What the manager or taker of reports says of each request. */
interface Seen {
  readonly field?: number;
  readonly uid?: string;
  readonly status?: number;
  readonly attributes?: JsonAttributes;
  readonly command?: JsonAttributes;
  readonly reported?: number;
  readonly error?: string;
}

export interface TaskManagerPeer {
  readonly peer: Peer;
  seen(): Seen[];
  stop(): Promise<void>;
}

/** A manager of one task (2.25.4711), made of odil, that reports to `subscriber`; it takes reports too. */
export async function startTaskManager(subscriber: Peer): Promise<TaskManagerPeer> {
  const port = await freePort();
  const to = [subscriber.host, String(subscriber.port), subscriber.aeTitle];
  const program = await startProgram(PYTHON, [SCRIPT, 'scp', String(port), ...to], port);
  return {
    peer: { aeTitle: 'MANAGER', host: '127.0.0.1', port },
    seen: () =>
      program
        .output()
        .split('\n')
        .filter((line) => line.startsWith('{'))
        .map((line) => JSON.parse(line) as Seen),
    stop: () => program.stop(),
  };
}

/** One call of the performer. */
export interface Call {
  readonly field: number;
  /** SOP class whose context carries it. */
  readonly context: string;
  readonly uid?: string;
  readonly action?: number;
  readonly attributes?: JsonAttributes;
}

export interface Called {
  readonly status: number;
  readonly found: readonly JsonAttributes[];
}

/** Makes calls with odil as AE "PERFORMER", over one association. */
export function performWithOdil(peer: Peer, calls: readonly Call[]): Promise<Called[]> {
  return new Promise((resolve, reject) => {
    const args = [SCRIPT, 'scu', peer.host, String(peer.port), peer.aeTitle, JSON.stringify(calls)];
    const child = spawn(PYTHON, args, { timeout: 30_000 });
    let [output, complaints] = ['', ''];
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (complaints += chunk.toString()));
    child.once('error', reject);
    child.once('close', (code) => {
      if (code === 0) resolve(JSON.parse(output) as Called[]);
      else reject(new Error(complaints));
    });
  });
}
