import { spawn, spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const ROOT = process.cwd();

/** The application as `npm start` runs it, on free ports, with an archive of its own. */
export interface TestHost {
  /** Opens the page once (the token is good for one use). */
  readonly url: string;
  readonly origin: string;
  /** Bearer token for programs. */
  readonly token: string;
  readonly dicomPort: number;
  readonly archive: string;
  /** Stores Part 10 files by STOW-RS; throws with the answer when one is refused. */
  store(files: readonly Uint8Array[]): Promise<void>;
  /** Stops the host; removes the archive if this harness made it. */
  close(): Promise<void>;
}

export interface HostOptions {
  /** A folder to keep; default: a temporary one. */
  readonly archive?: string;
  /** Load the demo patient into an empty archive; default no. */
  readonly demo?: boolean;
  readonly arguments?: readonly string[];
}

let built = false;

/** Builds the page when a source is newer than the last build; once a process. */
export function ensureBuilt(): void {
  if (built) return;
  const code = "import('./scripts/lib/setup.js').then(({ ensureBuilt }) => ensureBuilt())";
  const { status } = spawnSync(process.execPath, ['-e', code], { cwd: ROOT, stdio: ['ignore', 'inherit', 'inherit'] });
  if (status !== 0) throw new Error(`the build failed with status ${status}`);
  built = true;
}

interface Ready {
  readonly dicom: number;
  readonly http: string;
  readonly url: string;
  readonly token: string;
}

/** Starts the real web host and waits until it is ready. */
export async function startHost(options: HostOptions = {}): Promise<TestHost> {
  ensureBuilt();
  const archive = options.archive ?? (await mkdtemp(join(tmpdir(), 'isocenter-e2e-')));
  const args = ['--archive', archive, '--port', '0', '--http', '0', '--no-open', '--json'];
  if (options.demo !== true) args.push('--no-demo');
  const child = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', 'src/main/host/start.ts', ...args, ...(options.arguments ?? [])],
    {
      cwd: ROOT,
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  let complaints = '';
  child.stderr.on('data', (chunk: Buffer) => (complaints += chunk.toString()));
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const ready = await Promise.race([
    (async () => {
      for await (const line of createInterface(child.stdout)) {
        if (line.startsWith('{')) return JSON.parse(line) as Ready;
      }
      throw new Error(`the host ended before it was ready:\n${complaints}`);
    })(),
    exited.then(() => {
      throw new Error(`the host ended before it was ready:\n${complaints}`);
    }),
  ]);
  return {
    url: ready.url,
    origin: ready.http,
    token: ready.token,
    dicomPort: ready.dicom,
    archive,
    store: (files) => store(ready, files),
    async close() {
      child.kill('SIGTERM');
      await exited;
      if (options.archive === undefined) await rm(archive, { recursive: true, force: true });
    },
  };
}

async function store({ http, token }: Ready, files: readonly Uint8Array[]): Promise<void> {
  const boundary = 'isocenter-test-boundary';
  const parts: BlobPart[] = files.flatMap((file) => [
    `--${boundary}\r\nContent-Type: application/dicom\r\n\r\n`,
    file.slice(),
    '\r\n',
  ]);
  const response = await fetch(`${http}/dicom-web/studies`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${token}`,
      accept: 'application/dicom+json',
      'content-type': `multipart/related; type="application/dicom"; boundary=${boundary}`,
    },
    body: new Blob([...parts, `--${boundary}--\r\n`]),
  });
  if (response.status !== 200) throw new Error(`STOW-RS answered ${response.status}: ${await response.text()}`);
}
