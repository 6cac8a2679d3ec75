import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { open, readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import type { WebSelection } from '#main/dicomweb/retrieve.ts';
import { createLog } from '#main/host/log.ts';
import { archiveSink } from '#main/host/storageSink.ts';
import { readPart10Head } from '#main/network/part10Head.ts';
import { findAll } from '#main/services/query/find.ts';
import { get } from '#main/services/query/get.ts';
import { textIn } from '#main/services/query/identifier.ts';
import { moveTo } from '#main/services/query/move.ts';
import type { RetrieveTarget } from '#main/services/query/retrieval.ts';
import { retrieveByWado } from '#main/host/webRetrieve.ts';
import { type Serving, serveIsocenter } from './harness/isocenter.ts';
import { type OwnNode, startOwnNode } from './harness/ownNode.ts';

const DATA = path.resolve(process.cwd(), '../shared/data');
const noData = !existsSync(DATA);
const CALLER = { callingAe: 'ISOCENTER' };

interface Original {
  readonly file: string;
  readonly sopInstanceUid: string;
  /** Of transfer syntax and data set. */
  readonly digest: string;
}

/** The data set with its transfer syntax: what must come through unchanged. */
async function digestOf(file: string): Promise<{ sopInstanceUid: string; digest: string }> {
  await using handle = await open(file);
  const { sopInstanceUid, transferSyntaxUid, dataSetOffset } = await readPart10Head(handle, file);
  const body = (await readFile(file)).subarray(dataSetOffset);
  const hash = createHash('sha256').update(transferSyntaxUid).update(body);
  // A deflated data set of odd length, the only one there may be, gets a NUL on the wire (PS3.5 A.5).
  if (body.length % 2 === 1) hash.update(new Uint8Array(1));
  return { sopInstanceUid, digest: hash.digest('hex') };
}

/** Every file that might be an object, in rounds in which no UID comes twice: some come with different bytes in several folders. */
async function roundsOf(folder: string): Promise<readonly (readonly Original[])[]> {
  const rounds: Map<string, Original>[] = [];
  const known = new Set<string>();
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const file = path.join(entry.parentPath, entry.name);
    const found = await digestOf(file).catch(() => undefined);
    if (found === undefined || known.has(`${found.sopInstanceUid} ${found.digest}`)) continue;
    known.add(`${found.sopInstanceUid} ${found.digest}`);
    const original = { file, ...found };
    const free = rounds.find((round) => !round.has(found.sopInstanceUid));
    if (free === undefined) rounds.push(new Map([[found.sopInstanceUid, original]]));
    else free.set(found.sopInstanceUid, original);
  }
  return rounds.map((round) => [...round.values()]);
}

/** Study by study in the Patient Root, for a study UID may stand for two patients among files from everywhere. */
async function targetsOf(node: OwnNode): Promise<readonly RetrieveTarget[]> {
  const patients = await node.archive.patients();
  const ids = [...new Set(patients.map(({ patientId }) => patientId))];
  const targets: RetrieveTarget[] = [];
  for (const patientId of ids.filter((id) => id !== '')) {
    const rows = await node.archive.query({ level: 'study', match: { PatientID: patientId } });
    for (const row of rows)
      targets.push({ model: 'patient', level: 'STUDY', patientId, studyInstanceUid: String(row['StudyInstanceUID']) });
  }
  const { found } = await findAll(node.peer, CALLER, {
    model: 'study',
    level: 'STUDY',
    keys: { StudyInstanceUID: '', PatientID: '' },
  });
  for (const answer of found)
    if (textIn(answer, 'PatientID') === '')
      targets.push({ model: 'study', level: 'STUDY', studyInstanceUid: textIn(answer, 'StudyInstanceUID') });
  return targets;
}

/** Studies, and for those that several patients have (which are refused as a whole) their instances. */
async function webSelectionsOf(node: OwnNode): Promise<readonly WebSelection[]> {
  const rows = await node.archive.query({ level: 'study' });
  const selections: WebSelection[] = [];
  for (const studyInstanceUid of new Set(rows.map((row) => String(row['StudyInstanceUID'])))) {
    const objects = await node.archive.locate({ studyInstanceUid });
    const isOfOne = new Set(objects.map(({ patientKey }) => patientKey)).size === 1;
    if (isOfOne) selections.push({ studyInstanceUid });
    else
      for (const { seriesInstanceUid, sopInstanceUid } of objects)
        selections.push({ studyInstanceUid, seriesInstanceUid, sopInstanceUid });
  }
  return selections;
}

describe.skipIf(noData)('every file of ../shared/data', () => {
  test('comes back by C-MOVE, C-GET and WADO-RS with the same data set, in its own transfer syntax', {
    timeout: 120_000,
  }, async () => {
    let [compared, imported] = [0, 0];
    for (const round of await roundsOf(DATA)) {
      const [source, moved, got, web] = await Promise.all(['SOURCE', 'MOVED', 'GOT', 'WEB'].map(startOwnNode));
      let serving: Serving | undefined;
      try {
        source.knows(moved.peer);
        const report = await source.archive.importPaths(round.map(({ file }) => file));
        imported += report.imported;
        serving = await serveIsocenter(source.archive.dir);
        const dicomweb = { name: 'SOURCE', url: `${serving.http}/dicom-web`, authorization: `Bearer ${serving.token}` };
        const refused = new Set(report.refused.map(({ file }) => file));
        const sink = archiveSink(got.archive, createLog());
        for (const target of await targetsOf(source)) {
          const what = JSON.stringify(target);
          expect(await moveTo(source.peer, CALLER, 'MOVED', target), what).toMatchObject({
            failed: 0,
            warning: 0,
            status: 0,
          });
          expect(await get(source.peer, CALLER, target, sink), what).toMatchObject({
            failed: 0,
            warning: 0,
            status: 0,
          });
        }
        for (const selection of await webSelectionsOf(source)) {
          const { received, failed } = await retrieveByWado(dicomweb, selection, web.archive);
          expect(failed, JSON.stringify(selection)).toEqual([]);
          expect(received).toBe((await source.archive.locate(selection)).length);
        }
        for (const { file, sopInstanceUid, digest } of round) {
          if (refused.has(file)) continue;
          for (const node of [moved, got, web]) {
            const stored = await node.archive.find(sopInstanceUid);
            expect([file, (await digestOf(stored.file)).digest]).toEqual([file, digest]);
          }
          compared++;
        }
      } finally {
        await serving?.stop();
        await Promise.all([source, moved, got, web].map((node) => node.close()));
      }
    }
    expect(compared).toBe(imported);
    // See the archive's own test of these files.
    expect(imported).toBeGreaterThan(900);
  });
});
