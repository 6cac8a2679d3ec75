import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Peer } from '#main/services/peer.ts';
import { freePort, runProgram, startProgram, temporaryFolder } from './process.ts';

/** One scheduled step for DCMTK's worklist server; `name` in the bytes of `characterSet`. */
export interface ScheduledStep {
  readonly characterSet: string;
  readonly name: Buffer;
  readonly patientId: string;
  readonly modality: string;
  readonly station: string;
  /** YYYYMMDD */
  readonly date: string;
  readonly time: string;
  readonly step: string;
  readonly studyInstanceUid: string;
  /** 19500401 and F if not given. */
  readonly birthDate?: string;
  readonly sex?: string;
}

/** Text that dump2dcm turns into a worklist file; what is no ASCII is a byte as it stands. */
const dump = (step: ScheduledStep): Buffer =>
  Buffer.concat([
    Buffer.from(`(0008,0005) CS [${step.characterSet}]\n(0008,0050) SH [ACC1]\n(0010,0010) PN [`, 'latin1'),
    step.name,
    Buffer.from(
      [
        ']',
        `(0010,0020) LO [${step.patientId}]`,
        `(0010,0030) DA [${step.birthDate ?? '19500401'}]`,
        `(0010,0040) CS [${step.sex ?? 'F'}]`,
        `(0020,000d) UI [${step.studyInstanceUid}]`,
        '(0032,1060) LO [Planning CT thorax]',
        '(0040,1001) SH [RP1]',
        '(0040,0100) SQ',
        '(fffe,e000) -',
        `(0008,0060) CS [${step.modality}]`,
        `(0040,0001) AE [${step.station}]`,
        `(0040,0002) DA [${step.date}]`,
        `(0040,0003) TM [${step.time}]`,
        '(0040,0006) PN [Physicist^Anna]',
        `(0040,0007) LO [${step.step}]`,
        '(0040,0008) SQ',
        '(fffe,e000) -',
        '(0008,0100) SH [CTTHX]',
        '(0008,0102) SH [99DEPT]',
        '(0008,0104) LO [CT thorax for planning]',
        '(fffe,e00d) -',
        '(fffe,e0dd) -',
        '(0040,0009) SH [SPS1]',
        '(0040,0010) SH [CT1]',
        '(0040,0011) SH [ROOM 1]',
        '(fffe,e00d) -',
        '(fffe,e0dd) -',
        '',
      ].join('\n'),
      'latin1',
    ),
  ]);

export interface WorklistServer {
  readonly peer: Peer;
  stop(): Promise<void>;
}

/** DCMTK's wlmscpfs on a free loopback port, answering in the character set of each file (-csk). */
export async function startWorklist(steps: readonly ScheduledStep[]): Promise<WorklistServer> {
  const folder = await temporaryFolder('worklist');
  const database = path.join(folder.path, 'RIS');
  await mkdir(database);
  await writeFile(path.join(database, 'lockfile'), '');
  for (const [index, step] of steps.entries()) {
    const text = path.join(folder.path, `${index}.dump`);
    await writeFile(text, dump(step));
    const { code, output } = await runProgram('dump2dcm', [text, path.join(database, `${index}.wl`)]);
    if (code !== 0) throw new Error(output);
  }
  const port = await freePort();
  const program = await startProgram('wlmscpfs', ['-csk', '-dfp', folder.path, String(port)], port);
  return {
    peer: { aeTitle: 'RIS', host: '127.0.0.1', port },
    stop: async () => {
      await program.stop();
      await folder.remove();
    },
  };
}
