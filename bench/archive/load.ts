import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { openArchive } from '#main/archive/archive.ts';
import { dataSetOffset } from '#main/archive/fileMeta.ts';
import { runStorescu } from '#test/peers/harness/dcmtk.ts';
import { ctFile } from '#test/peers/harness/part10.ts';
import { temporaryFolder } from '#test/peers/harness/process.ts';
import { receiveUntilKilled } from '#test/unit/main/archive/killed.ts';
import type { Row } from '../report/row.ts';
import { Child } from './child.ts';

const ASSOCIATIONS = 50;
const SLICES = 50;
const SIZE = 512;
const KILLS = 200;
/** Between two questions of a page, ms. */
const ASK_EVERY = 50;

interface Ready {
  readonly dicom: number;
  readonly http: string;
  readonly token: string;
}

const digestOf = (file: Uint8Array): string =>
  createHash('sha256')
    .update(file.subarray(dataSetOffset(file)))
    .digest('hex');

/** Asks what a page asks until told to stop; how long the answers took, ms. */
async function askMeanwhile({ http, token }: Ready, stop: AbortSignal): Promise<number[]> {
  const times: number[] = [];
  while (!stop.aborted) {
    for (const procedure of ['system/info', 'patients/list']) {
      const start = performance.now();
      const answer = await fetch(`${http}/rpc/${procedure}`, {
        method: 'POST',
        headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
        body: '{"json":{}}',
      });
      await answer.arrayBuffer();
      if (!answer.ok) throw new Error(`${procedure}: ${answer.status}`);
      times.push(performance.now() - start);
    }
    await new Promise((resolve) => setTimeout(resolve, ASK_EVERY));
  }
  return times;
}

/** 50 storescu at once into `isocenter serve`, 50 slices each, while a page asks. */
async function manyAssociations(folder: string): Promise<Row[]> {
  const sent = new Map<string, string>();
  const lists: string[][] = [];
  for (let sender = 0; sender < ASSOCIATIONS; sender++) {
    const files: string[] = [];
    for (let slice = 0; slice < SLICES; slice++) {
      const uid = `1.2.826.0.1.3680043.10.999.6.${sender}.${slice}`;
      const { file } = ctFile(uid, SIZE);
      const name = path.join(folder, `${sender}-${slice}.dcm`);
      await writeFile(name, file);
      files.push(name);
      sent.set(uid, digestOf(file));
    }
    lists.push(files);
  }
  const into = await temporaryFolder('bench-load');
  const cli = fileURLToPath(new URL('../../src/main/cli/main.ts', import.meta.url));
  const serve = new Child<Ready>([cli, 'serve', '--archive', into.path, '--port', '0', '--http', '127.0.0.1:0']);
  try {
    const ready = await serve.report();
    const done = new AbortController();
    const asking = askMeanwhile(ready, done.signal);
    const peer = { aeTitle: 'ISOCENTER', host: '127.0.0.1', port: ready.dicom };
    const start = performance.now();
    const results = await Promise.all(lists.map((files) => runStorescu(peer, files, ['-xe'])));
    const seconds = (performance.now() - start) / 1000;
    done.abort();
    const times = (await asking).sort((a, b) => a - b);
    const failed = results.filter(({ code }) => code !== 0);
    if (failed.length > 0) throw new Error(`${failed.length} senders failed: ${failed[0].output.slice(0, 500)}`);
    await serve.stop();
    const archive = await openArchive(into.path);
    let wrong = sent.size;
    for (const { sopInstanceUid, file } of await archive.locate({}))
      if (sent.get(sopInstanceUid) === digestOf(await readFile(file))) wrong--;
    await archive.close();
    const [median, p95] = [0.5, 0.95].map((share) => times[Math.floor(times.length * share)]);
    const what = `archive: ${ASSOCIATIONS} associations × ${SLICES} CT`;
    return [
      { name: what, value: sent.size / seconds, unit: 'images/s' },
      { name: `${what}, objects missing or other than sent`, value: wrong, unit: '' },
      { name: `${what}, RPC answers meanwhile, median`, value: median, unit: 'ms' },
      { name: `${what}, RPC answers meanwhile, p95`, value: p95, unit: 'ms' },
    ];
  } finally {
    await serve.stop();
    await into.remove();
  }
}

/** Kills the receiving process at random moments and counts what was acknowledged and is not there. */
async function kills(): Promise<Row[]> {
  const into = await temporaryFolder('bench-kills');
  const acknowledged = new Set<string>();
  const sizes = [[2000], [716_800], [2000, 716_800], [250_000]];
  let missing = 0;
  let partial = 0;
  try {
    for (let n = 0; n < KILLS; n++) {
      const uids = await receiveUntilKilled(into.path, Math.random() * 150, 1 + n * 1_000_000, sizes[n % sizes.length]);
      for (const uid of uids) acknowledged.add(uid);
      const archive = await openArchive(into.path);
      for (const uid of uids) if ((await archive.locate({ sopInstanceUid: uid })).length !== 1) missing++;
      if (n === KILLS - 1) {
        const report = await archive.verify();
        partial = report.changed.length + report.missing.length + report.orphans.length;
        const stored = new Set((await archive.locate({})).map(({ sopInstanceUid }) => sopInstanceUid));
        missing = Math.max(missing, [...acknowledged].filter((uid) => !stored.has(uid)).length);
      }
      await archive.close();
    }
    const what = `archive: ${KILLS} × kill -9 while four senders store (${acknowledged.size} acknowledged)`;
    return [
      { name: `${what}, missing`, value: missing, unit: 'objects' },
      { name: `${what}, partial, changed or unknown`, value: partial, unit: 'objects' },
    ];
  } finally {
    await into.remove();
  }
}

export async function run(): Promise<readonly Row[]> {
  const folder = await temporaryFolder('bench-load');
  try {
    return [...(await manyAssociations(folder.path)), ...(await kills())];
  } finally {
    await folder.remove();
  }
}
