import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dataSetOffset } from '#main/archive/fileMeta.ts';
import { createServices, type Services } from '#main/host/services.ts';
import { startWebHost, type WebHost } from '#main/host/web.ts';
import { type TokenAccess, tokenAccess } from '#main/server/access.ts';
import { createApp } from '#main/server/app.ts';
import { runStorescu } from './harness/dcmtk.ts';
import { peerMissing } from './harness/missing.ts';
import { type Orthanc, startOrthanc } from './harness/orthanc.ts';
import { temporaryFolder } from './harness/process.ts';

const PLUGIN = '/usr/share/orthanc/plugins/libOrthancDicomWeb.so';
const CT = resolve('../shared/data/ibsi_sts_ct_mr_pet/STS_001/CT');
const PLAN = resolve('../shared/data/pydicom_rt_small/rtplan.dcm');
const missing = [peerMissing('Orthanc'), peerMissing('storescu'), !existsSync(PLUGIN), !existsSync(CT)].some(Boolean);

const dataSetOf = (file: Uint8Array): Buffer => Buffer.from(file.subarray(dataSetOffset(file)));

/** Orthanc's DICOMweb plugin is the client here: it searches, stores to and retrieves from our server. */
describe.skipIf(missing)('DICOMweb with Orthanc as the client (orthanc-dicomweb)', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let services: Services;
  let access: TokenAccess;
  let host: WebHost;
  let orthanc: Orthanc;

  beforeAll(async () => {
    folder = await temporaryFolder('dicomweb');
    services = await createServices({ archive: folder.path, shell: 'web', dicom: { port: 0, bind: '127.0.0.1' } });
    access = tokenAccess();
    host = await startWebHost(createApp(services, { access, pageDir: folder.path }), { bind: '127.0.0.1', port: 0 });
    const server = {
      Url: `${host.origin}/dicom-web/`,
      HttpHeaders: { Authorization: `Bearer ${access.bearerToken}` },
      HasDelete: '0',
    };
    orthanc = await startOrthanc(
      {},
      { DicomWeb: { Enable: true, Root: '/dicom-web/', Servers: { isocenter: server } } },
    );
  });

  afterAll(async () => {
    await orthanc?.stop();
    await host?.close();
    await services?.close();
    await folder?.remove();
  });

  it('takes a study by C-STORE, is searched, and gives every object to Orthanc with its data set unchanged', async () => {
    const files = (await readdir(CT, { recursive: true, withFileTypes: true }))
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name));
    const peer = { aeTitle: services.aeTitle, host: '127.0.0.1', port: services.dicomPort };
    const sent = await runStorescu(peer, files, ['-R']);
    expect(sent.code, sent.output).toBe(0);
    const objects = await services.archive.locate({});
    expect(objects).toHaveLength(files.length);

    const search = { Uri: '/studies', Arguments: { PatientID: 'STS_*' } };
    const found = await orthanc.post('/dicom-web/servers/isocenter/qido', search);
    expect(found).toHaveLength(1);
    expect(JSON.stringify(found)).toContain(objects[0].studyInstanceUid);

    await orthanc.post('/dicom-web/servers/isocenter/retrieve', {
      Resources: [{ Study: objects[0].studyInstanceUid }],
      Synchronous: true,
    });
    for (const { sopInstanceUid, file } of objects) {
      const there = await orthanc.file(sopInstanceUid);
      expect(there, sopInstanceUid).toBeDefined();
      expect(dataSetOf(there ?? new Uint8Array()).equals(dataSetOf(await readFile(file))), sopInstanceUid).toBe(true);
    }
  });

  it('stores what Orthanc sends by STOW-RS', async () => {
    const original = await readFile(PLAN);
    const { ID } = (await (await fetch(`${orthanc.url}/instances`, { method: 'POST', body: original })).json()) as {
      ID: string;
    };
    await orthanc.post('/dicom-web/servers/isocenter/stow', { Resources: [ID], Synchronous: true });
    const [plan] = await services.archive.query({
      level: 'instance',
      match: { SOPClassUID: '1.2.840.10008.5.1.4.1.1.481.5' },
    });
    expect(plan).toBeDefined();
    const stored = await services.archive.read(String(plan.SOPInstanceUID));
    expect(dataSetOf(stored).equals(dataSetOf(original))).toBe(true);
  });
});
