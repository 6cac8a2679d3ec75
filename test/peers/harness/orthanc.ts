import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Peer } from '#main/services/peer.ts';
import { freePort, startProgram, temporaryFolder } from './process.ts';

export interface Orthanc {
  readonly peer: Peer;
  /** REST root without a trailing slash. */
  readonly url: string;
  /** GET of a REST path, as JSON. */
  get(path: string): Promise<unknown>;
  /** POST of a REST path with a JSON body. */
  post(path: string, body: unknown): Promise<unknown>;
  /** The stored Part 10 file of a SOP instance, or undefined when Orthanc does not have it. */
  file(sopInstanceUid: string): Promise<Uint8Array | undefined>;
  output(): string;
  stop(): Promise<void>;
}

/** Debian's place for the DICOMweb plugin; Orthanc ignores what is not there. */
const PLUGINS = '/usr/share/orthanc/plugins';

/**
 * Orthanc with an empty database on free loopback ports. It takes every object from everybody, uncompressed and compressed.
 * @param modalities nodes it may send to, by name: `POST /modalities/{name}/store`.
 * @param settings merged into its configuration.
 */
export async function startOrthanc(
  modalities: Readonly<Record<string, Peer>> = {},
  settings: Readonly<Record<string, unknown>> = {},
): Promise<Orthanc> {
  const folder = await temporaryFolder('orthanc');
  const httpPort = await freePort();
  const dicomPort = await freePort();
  const configuration = {
    Name: 'isocenter test',
    StorageDirectory: folder.path,
    IndexDirectory: folder.path,
    StorageCompression: false,
    Plugins: [PLUGINS],
    HttpPort: httpPort,
    RemoteAccessAllowed: false,
    AuthenticationEnabled: false,
    DicomAet: 'ORTHANC',
    DicomPort: dicomPort,
    DicomCheckCalledAet: false,
    DicomAlwaysAllowEcho: true,
    DicomAlwaysAllowStore: true,
    UnknownSopClassAccepted: true,
    DicomModalities: Object.fromEntries(
      Object.entries(modalities).map(([name, peer]) => [name, [peer.aeTitle, peer.host, peer.port]]),
    ),
    OverwriteInstances: true,
    ConcurrentJobs: 1,
    ...settings,
  };
  const file = path.join(folder.path, 'configuration.json');
  await writeFile(file, JSON.stringify(configuration));
  const program = await startProgram('Orthanc', [file], httpPort);
  const url = `http://127.0.0.1:${httpPort}`;

  const json = async (response: Response) => {
    if (!response.ok) throw new Error(`Orthanc: ${response.status} ${await response.text()}`);
    return (await response.json()) as unknown;
  };
  const post = async (at: string, body: unknown) =>
    json(await fetch(url + at, { method: 'POST', body: typeof body === 'string' ? body : JSON.stringify(body) }));
  return {
    peer: { aeTitle: 'ORTHANC', host: '127.0.0.1', port: dicomPort },
    url,
    get: async (at) => json(await fetch(url + at)),
    post,
    file: async (sopInstanceUid) => {
      const found = (await post('/tools/lookup', sopInstanceUid)) as { ID: string; Type: string }[];
      const instance = found.find(({ Type }) => Type === 'Instance');
      if (instance === undefined) return undefined;
      const response = await fetch(`${url}/instances/${instance.ID}/file`);
      return new Uint8Array(await response.arrayBuffer());
    },
    output: () => program.output(),
    stop: async () => {
      await program.stop();
      await folder.remove();
    },
  };
}
