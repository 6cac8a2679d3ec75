import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readPart10 } from '#shared/dicom/codec/part10.ts';
import { readDose } from '#shared/dicom/dose/rtDose.ts';
import { readPlan } from '#shared/dicom/plan/rtPlan.ts';
import { readStructureSet } from '#shared/dicom/structures/rtStructureSet.ts';
import { runStorescu } from './harness/dcmtk.ts';
import { isocenterJson, type Serving, serveIsocenter } from './harness/isocenter.ts';
import { peerMissing } from './harness/missing.ts';
import { type Orthanc, startOrthanc } from './harness/orthanc.ts';
import { runProgram, temporaryFolder } from './harness/process.ts';

const PATIENT = path.resolve('../shared/data/ibsi_sts_ct_mr_pet/STS_001');
const noPeers = [peerMissing('storescu'), peerMissing('Orthanc')].some(Boolean);

interface Instance {
  readonly StudyInstanceUID: string;
  readonly SeriesInstanceUID: string;
  readonly SOPInstanceUID: string;
  readonly Modality: string;
}

/**
 * SHA-256 of the data set alone: every node writes the file meta information (group 0002) for itself. The group's length
 * stands in its first element, right behind the preamble (PS3.10 7.1).
 */
function dataSetHash(file: Uint8Array): string {
  const groupLength = new DataView(file.buffer, file.byteOffset).getUint32(140, true);
  return createHash('sha256')
    .update(file.subarray(144 + groupLength))
    .digest('hex');
}

async function filesUnder(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name));
}

const sopInstanceOf = (dump: string): string => /\(0008,0018\) UI \[([^\]]+)\]/.exec(dump)?.[1] ?? '';

describe.skipIf(noPeers)('the main job over the network', () => {
  let archive: Awaited<ReturnType<typeof temporaryFolder>>;
  let serving: Serving;
  let orthanc: Orthanc;

  beforeAll(async () => {
    archive = await temporaryFolder('main-job');
    serving = await serveIsocenter(archive.path);
    orthanc = await startOrthanc();
  });

  afterAll(async () => {
    await serving.stop();
    await orthanc.stop();
    await archive.remove();
  });

  const listed = async (): Promise<Instance[]> =>
    (await isocenterJson(['list', 'instance', '--archive', archive.path])) as Instance[];
  const ours = async ({ StudyInstanceUID, SeriesInstanceUID, SOPInstanceUID }: Instance): Promise<Uint8Array> => {
    const at = `studies/${StudyInstanceUID}/series/${SeriesInstanceUID}/instances/${SOPInstanceUID}`;
    const response = await fetch(`${serving.http}/dicom-web/${at}`, {
      headers: { authorization: `Bearer ${serving.token}`, accept: 'application/dicom; transfer-syntax=*' },
    });
    expect(response.status).toBe(200);
    return new Uint8Array(await response.arrayBuffer());
  };

  describe.skipIf(!existsSync(PATIENT))('STS_001: storescu → archive → Orthanc → back', () => {
    it('brings every object of a real patient through unchanged', async () => {
      const files = await filesUnder(PATIENT);
      const { code, output } = await runStorescu(serving.peer, files, ['-R']);
      expect(code, output).toBe(0);

      const instances = await listed();
      expect(instances).toHaveLength(files.length);
      const count = (modality: string) => instances.filter((instance) => instance.Modality === modality).length;
      expect({ CT: count('CT'), MR: count('MR'), PT: count('PT'), RTSTRUCT: count('RTSTRUCT') }).toEqual({
        CT: 59,
        MR: 59,
        PT: 59,
        RTSTRUCT: 3,
      });

      const target = `${orthanc.peer.aeTitle}@${orthanc.peer.host}:${orthanc.peer.port}`;
      const sent = await isocenterJson(['send', target, '--archive', archive.path, '--key', 'PatientID=STS_001']);
      expect(sent).toMatchObject({ sent: files.length, failed: [] });

      for (const instance of instances) {
        const { SOPInstanceUID: uid, Modality } = instance;
        const [mine, theirs] = [await ours(instance), await orthanc.file(uid)];
        if (theirs === undefined) throw new Error(`Orthanc does not have ${uid}`);
        expect(dataSetHash(theirs), `${Modality} ${uid}`).toBe(dataSetHash(mine));
      }
    });

    it('keeps the pixels of every slice of every image as the modality wrote them', async () => {
      // Only pixels, because storescu itself re-encodes sequence lengths before the data set leaves it.
      const files = (await filesUnder(PATIENT)).filter((file) => file.includes(`${path.sep}image${path.sep}`));
      expect(files).toHaveLength(3 * 59);
      const instances = new Map((await listed()).map((instance) => [instance.SOPInstanceUID, instance]));
      for (const file of files) {
        const original = readPart10(await readFile(file), file).dataset;
        const instance = instances.get(original.string('SOPInstanceUID'));
        if (instance === undefined) throw new Error(`${file} is not in the archive`);
        const stored = readPart10(await ours(instance), file).dataset;
        const [mine, theirs] = [stored.bytes('PixelData'), original.bytes('PixelData')];
        expect(mine?.length).toBeGreaterThan(3_000);
        expect(Buffer.from(mine ?? []).equals(theirs ?? new Uint8Array())).toBe(true);
      }
    });
  });

  it('sends RT objects made here to Orthanc, which gives the same objects back', async () => {
    const out = await temporaryFolder('demo');
    try {
      await isocenterJson(['demo', '--out', out.path]);
      const target = `${orthanc.peer.aeTitle}@${orthanc.peer.host}:${orthanc.peer.port}`;
      const names = ['RTSTRUCT.dcm', 'RTPLAN.dcm', 'RTDOSE.dcm', 'RTDOSE16.dcm'];
      const files = names.map((name) => path.join(out.path, name));
      expect(await isocenterJson(['send', target, ...files])).toMatchObject({ sent: 4, failed: [] });
      const back: Uint8Array[] = [];
      for (const file of files) {
        const { output } = await runProgram('dcmdump', ['+P', '0008,0018', file]);
        const received = await orthanc.file(sopInstanceOf(output));
        if (received === undefined) throw new Error(`Orthanc does not have ${file}`);
        expect(dataSetHash(received), file).toBe(dataSetHash(await readFile(file)));
        back.push(received);
      }
      const [set, plan, dose] = [readStructureSet(back[0]), readPlan(back[1]), readDose(back[2])];
      expect(plan.structureSetUid).toBe(set.sopInstanceUid);
      expect(dose.planUid).toBe(plan.sopInstanceUid);
      expect(plan.beams.every((beam) => (beam.meterset ?? 0) > 0)).toBe(true);
    } finally {
      await out.remove();
    }
  });
});
