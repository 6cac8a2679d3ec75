import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { findProgram } from './missing.ts';

export interface ProgramResult {
  readonly code: number | null;
  /** stdout and stderr together. */
  readonly output: string;
}

export interface RunningProgram {
  readonly pid: number;
  output(): string;
  stop(): Promise<void>;
}

/** Without it DCMTK waits 40 ms for an acknowledgement in every exchange. */
const ENVIRONMENT = { ...process.env, TCP_NODELAY: '1' };

function programPath(name: string): string {
  const found = findProgram(name);
  if (found === undefined) throw new Error(`${name} is not installed`);
  return found;
}

/** Runs a program to its end. */
export function runProgram(name: string, args: readonly string[], timeoutMs = 60_000): Promise<ProgramResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(programPath(name), args, { env: ENVIRONMENT, timeout: timeoutMs });
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, output }));
  });
}

/** Starts a server program and waits until it accepts connections on `port`. */
export async function startProgram(name: string, args: readonly string[], port: number): Promise<RunningProgram> {
  const child = spawn(programPath(name), args, { env: ENVIRONMENT });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const ended = new Promise<void>((resolve) => {
    child.on('close', () => resolve());
    child.on('error', () => resolve());
  });
  const stop = async () => {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM');
    const inTime = await Promise.race([ended.then(() => true), sleep(5000, false)]);
    if (!inTime) child.kill('SIGKILL');
    await ended;
  };
  for (let waited = 0; !(await accepts(port)); waited += 50) {
    if (child.exitCode !== null || waited > 30_000) {
      await stop();
      throw new Error(`${name} did not start: ${output}`);
    }
    await sleep(50);
  }
  return { pid: child.pid ?? 0, output: () => output, stop };
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

/** A loopback port that was free a moment ago. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}

/** A new empty folder and the way to be rid of it. */
export async function temporaryFolder(name: string): Promise<{ path: string; remove(): Promise<void> }> {
  const folder = await mkdtemp(path.join(tmpdir(), `isocenter-${name}-`));
  return { path: folder, remove: () => rm(folder, { recursive: true, force: true }) };
}
