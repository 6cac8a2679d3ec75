import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Peer } from '#main/services/peer.ts';
import { runStorescu } from './dcmtk.ts';
import { freePort, startProgram, temporaryFolder } from './process.ts';

export interface Dcmqrscp {
  readonly peer: Peer;
  /** Stores files into it by DCMTK's own storescu. */
  store(files: readonly string[], args?: readonly string[]): Promise<void>;
  output(): string;
  stop(): Promise<void>;
}

/**
 * DCMTK's query/retrieve SCP with an empty database on a free loopback port; it takes everything from everybody.
 * @param destinations nodes it may move to
 * @param args transfer syntaxes it takes (`+xs`: JPEG lossless, for example); uncompressed ones by default
 */
export async function startDcmqrscp(
  destinations: readonly Peer[] = [],
  args: readonly string[] = [],
): Promise<Dcmqrscp> {
  const folder = await temporaryFolder('dcmqrscp');
  const database = path.join(folder.path, 'db');
  await mkdir(database);
  const port = await freePort();
  const hosts = destinations.map(({ aeTitle, host, port: at }, index) => `host${index} = (${aeTitle}, ${host}, ${at})`);
  const configuration = [
    `NetworkTCPPort = ${port}`,
    'MaxPDUSize = 16384',
    'MaxAssociations = 16',
    'HostTable BEGIN',
    ...hosts,
    'HostTable END',
    'VendorTable BEGIN',
    'VendorTable END',
    'AETable BEGIN',
    `QRSCP ${database} RW (500, 1024mb) ANY`,
    'AETable END',
    '',
  ].join('\n');
  const file = path.join(folder.path, 'dcmqrscp.cfg');
  await writeFile(file, configuration);
  const program = await startProgram('dcmqrscp', ['-c', file, ...args], port);
  const peer = { aeTitle: 'QRSCP', host: '127.0.0.1', port };
  return {
    peer,
    store: async (files, storeArgs = ['-R']) => {
      const { code, output } = await runStorescu(peer, files, storeArgs);
      if (code !== 0) throw new Error(`storescu: ${output}`);
    },
    output: () => program.output(),
    stop: async () => {
      await program.stop();
      await folder.remove();
    },
  };
}
