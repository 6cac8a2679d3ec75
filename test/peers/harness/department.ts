import { createServices, type Services } from '#main/host/services.ts';
import type { Peer } from '#main/services/peer.ts';
import { temporaryFolder } from './process.ts';

export interface Department {
  readonly services: Services;
  /** How others call us. */
  readonly peer: Peer;
  readonly log: readonly string[];
  /** Adds a node to the settings; its id is its AE title. */
  knows(peer: Peer): Promise<void>;
  /** Stops as the program does, and starts again on the same folder and port. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

/** Everything that the program runs, on a free loopback port over an archive of its own. */
export async function startDepartment(aeTitle = 'ISOCENTER'): Promise<Department> {
  const folder = await temporaryFolder('department');
  const log: string[] = [];
  const start = (port: number) =>
    createServices({
      archive: folder.path,
      shell: 'web',
      aeTitle,
      dicom: { port, bind: '127.0.0.1' },
      onLog: ({ level, text }) => log.push(`${level}: ${text}`),
    });
  let services = await start(0);
  const port = services.dicomPort;
  return {
    get services() {
      return services;
    },
    peer: { aeTitle, host: '127.0.0.1', port },
    log,
    async knows(peer) {
      await services.nodes.save({
        id: peer.aeTitle,
        name: peer.aeTitle,
        aeTitle: peer.aeTitle,
        host: peer.host,
        port: peer.port,
      });
    },
    async restart() {
      await services.close();
      services = await start(port);
    },
    async close() {
      await services.close();
      await folder.remove();
    },
  };
}
