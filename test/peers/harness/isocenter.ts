import { spawn } from 'node:child_process';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { Peer } from '#main/services/peer.ts';

const MAIN = path.resolve('src/main/cli/main.ts');

export interface CliResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

const launch = (args: readonly string[]) =>
  spawn(process.execPath, ['--disable-warning=ExperimentalWarning', MAIN, ...args]);

/** Runs one `isocenter` command to its end. */
export function runIsocenter(args: readonly string[]): Promise<CliResult> {
  return new Promise((resolve, reject) => {
    const child = launch(args);
    let [stdout, stderr] = ['', ''];
    child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, stdout, stderr }));
  });
}

/** The JSON answer of a command that must succeed. */
export async function isocenterJson(args: readonly string[]): Promise<unknown> {
  const { code, stdout, stderr } = await runIsocenter([...args, '--json']);
  if (code !== 0) throw new Error(`isocenter ${args.join(' ')}: exit ${code}\n${stderr}`);
  return JSON.parse(stdout) as unknown;
}

export interface Serving {
  readonly peer: Peer;
  /** Where it speaks TLS, if told to. */
  readonly tlsPeer: Peer | undefined;
  readonly http: string;
  readonly token: string;
  stop(): Promise<void>;
}

/** `isocenter serve` on free loopback ports, with further options. */
export async function serveIsocenter(
  archive: string,
  aeTitle = 'ISOCENTER',
  options: readonly string[] = [],
): Promise<Serving> {
  const own = ['--archive', archive, '--ae', aeTitle, '--port', '0', '--http', '127.0.0.1:0'];
  const child = launch(['serve', ...own, ...options]);
  let complaints = '';
  child.stderr.on('data', (chunk: Buffer) => (complaints += chunk.toString()));
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  for await (const line of createInterface(child.stdout)) {
    const ready = JSON.parse(line) as { dicom: number; tls?: number; http: string; token: string };
    return {
      peer: { aeTitle, host: '127.0.0.1', port: ready.dicom },
      tlsPeer: ready.tls === undefined ? undefined : { aeTitle, host: '127.0.0.1', port: ready.tls, tls: true },
      http: ready.http,
      token: ready.token,
      stop: async () => {
        child.kill('SIGTERM');
        await exited;
      },
    };
  }
  throw new Error(`isocenter serve ended before it was ready:\n${complaints}`);
}
