import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { chown, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { postgresFolder } from './missing.ts';
import { freePort, temporaryFolder } from './process.ts';

export interface RunningPostgres {
  /** `postgresql://…` of its database. */
  readonly url: string;
  readonly folder: string;
  /** The URL of a new empty schema in it. */
  newSchema(): Promise<string>;
  /** Ends it as a power switch would, without a word to its clients. */
  kill(): Promise<void>;
  /** Starts it again, on the same port and data. */
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** The server refuses to run as root: then as the user that Debian's package made for it. */
function account(): { uid?: number; gid?: number } {
  if (process.getuid?.() !== 0) return {};
  const number = (flag: string) => Number(spawnSync('id', [flag, 'postgres']).stdout.toString());
  return { uid: number('-u'), gid: number('-g') };
}

/**
 * PostgreSQL of Debian's package on loopback with a fresh data folder. Without fsync: these tests pull no plugs.
 * `certificate` (server.crt and server.key in its folder) turns TLS on.
 */
export async function startPostgres(certificate?: {
  readonly key: string;
  readonly certificate: string;
}): Promise<RunningPostgres> {
  const bin = postgresFolder() ?? '';
  const folder = await temporaryFolder('postgres');
  const data = path.join(folder.path, 'data');
  const as = account();
  await mkdir(data, { mode: 0o700 });
  for (const owned of [folder.path, data]) if (as.uid !== undefined) await chown(owned, as.uid, as.gid ?? 0);
  const made = spawnSync(
    path.join(bin, 'initdb'),
    ['-D', data, '-U', 'isocenter', '--auth=trust', '--encoding=UTF8', '--locale=C', '--no-sync'],
    { ...as, cwd: folder.path, env: { ...process.env, LC_ALL: 'C' } },
  );
  if (made.status !== 0) throw new Error(`initdb: ${made.stderr.toString()}`);
  const settings = [
    'fsync=off',
    'synchronous_commit=off',
    'full_page_writes=off',
    'max_connections=60',
    'shared_buffers=256MB',
  ];
  if (certificate) {
    for (const [name, text] of [
      ['server.key', certificate.key],
      ['server.crt', certificate.certificate],
    ]) {
      await writeFile(path.join(data, name), text, { mode: 0o600 });
      if (as.uid !== undefined) await chown(path.join(data, name), as.uid, as.gid ?? 0);
    }
    settings.push('ssl=on');
  }
  const port = await freePort();
  let server: ChildProcess | undefined;
  let ended: Promise<void> = Promise.resolve();
  const url = `postgresql://isocenter@127.0.0.1:${port}/postgres`;

  const start = async (): Promise<void> => {
    const options = [
      'listen_addresses=127.0.0.1',
      `port=${port}`,
      `unix_socket_directories=${folder.path}`,
      ...settings,
    ];
    const child = spawn(path.join(bin, 'postgres'), ['-D', data, ...options.flatMap((option) => ['-c', option])], {
      ...as,
      cwd: folder.path,
      env: { ...process.env, LC_ALL: 'C' },
    });
    server = child;
    let output = '';
    child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
    ended = new Promise((resolve) => child.on('close', () => resolve()));
    for (let waited = 0; !(await answers(url)); waited += 50) {
      if (child.exitCode !== null || waited > 30_000) throw new Error(`postgres did not start: ${output}`);
      await sleep(50);
    }
  };
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    server?.kill(signal);
    await ended;
  };
  await start();
  let schemas = 0;
  return {
    url,
    folder: folder.path,
    async newSchema() {
      const name = `archive${++schemas}`;
      await withClient(url, (client) => client.query(`create schema ${name}`));
      return `${url}?options=${encodeURIComponent(`-csearch_path=${name}`)}`;
    },
    kill: () => end('SIGQUIT'),
    start,
    async stop() {
      await end('SIGINT');
      await folder.remove();
    },
  };
}

/** One statement beside the tests' own. */
export async function withClient<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

const answers = (url: string): Promise<boolean> => withClient(url, async () => true).catch(() => false);
