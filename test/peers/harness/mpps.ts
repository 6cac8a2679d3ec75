import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Peer } from '#main/services/peer.ts';
import { PYTHON } from './missing.ts';
import { freePort, startProgram } from './process.ts';

/** One request as odil understood it: attributes in the DICOM JSON model. */
interface StepRequest {
  readonly what: 'N-CREATE' | 'N-SET';
  readonly uid: string;
  readonly status: number;
  readonly attributes: Readonly<Record<string, { readonly Value?: readonly unknown[] }>>;
}

export interface MppsServer {
  readonly peer: Peer;
  requests(): StepRequest[];
  stop(): Promise<void>;
}

/** A RIS for performed procedure steps, made of odil. */
export async function startMpps(port?: number): Promise<MppsServer> {
  const at = port ?? (await freePort());
  const program = await startProgram(PYTHON, [path.resolve('test/peers/harness/mppsScp.py'), String(at)], at);
  // odil listens for one connection at a time: after the one that looked whether it does it begins to listen anew.
  for (let waited = 0; !program.output().includes('"error"') && waited < 5000; waited += 20) await sleep(20);
  await sleep(150);
  return {
    peer: { aeTitle: 'RIS', host: '127.0.0.1', port: at },
    requests: () =>
      program
        .output()
        .split('\n')
        .filter((line) => line.startsWith('{'))
        .map((line) => JSON.parse(line) as StepRequest)
        .filter(({ what }) => what === 'N-CREATE' || what === 'N-SET'),
    stop: () => program.stop(),
  };
}
