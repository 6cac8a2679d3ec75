import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { DicomFile } from '#shared/dicom/codec/part10.ts';
import { readPart10 } from '#shared/dicom/codec/part10.ts';
import type { Peer } from '#main/services/peer.ts';
import { freePort, startProgram, temporaryFolder } from './process.ts';

export interface Dcmprscp {
  readonly peer: Peer;
  /** What it kept: films (stored prints) and the images on them (hardcopy images), as DICOM objects. */
  kept(): Promise<{ films: DicomFile[]; images: DicomFile[] }>;
  output(): string;
  stop(): Promise<void>;
}

/** A printer that can all that dcmprscp can do (its sample IHEFULL). */
const ABILITIES = [
  'Aetitle = IHEFULL',
  'Description = printer',
  'Hostname = localhost',
  'Type = LOCALPRINTER',
  'BorderDensity = 150\\20\\BLACK\\WHITE',
  'EmptyImageDensity = 20\\BLACK\\WHITE',
  'DisplayFormat=1,1\\2,2\\1,2\\3,4',
  'FilmDestination = MAGAZINE\\PROCESSOR\\BIN_1',
  'FilmSizeID = 8INX10IN\\14INX17IN\\24CMX30CM',
  'MagnificationType = REPLICATE\\BILINEAR\\CUBIC\\NONE',
  'MaxDensity = 320',
  'MinDensity = 20',
  'MaxPDU = 32768',
  'MediumType = PAPER\\CLEAR FILM\\BLUE FILM',
  'ResolutionID = STANDARD\\HIGH',
  'Supports12Bit = true',
  'SupportsDecimateCrop = true',
  'SupportsImageSize = true',
  'SupportsPresentationLUT = true',
  'SupportsTrim = true',
];

/** DCMTK's print server on a free loopback port. */
export async function startDcmprscp(): Promise<Dcmprscp> {
  const folder = await temporaryFolder('dcmprscp');
  const port = await freePort();
  const database = path.join(folder.path, 'database');
  for (const name of ['database', 'spool', 'log', 'lut', 'reports']) await mkdir(path.join(folder.path, name));
  const config = [
    '[[GENERAL]]',
    ...section('APPLICATION', `LogDirectory = ${folder.path}/log`, 'LogFile = general.log', 'LogLevel = INFO'),
    ...section('PRINT', `Directory = ${folder.path}/spool`, 'DetailedLog = false', 'BinaryLog = false', 'Sleep = 1'),
    ...section('DATABASE', `Directory = ${database}`),
    ...section('LUT', `Directory = ${folder.path}/lut`),
    ...section('REPORT', `Directory = ${folder.path}/reports`),
    ...section('NETWORK', 'aetitle = DCMPSTATE'),
    '[[COMMUNICATION]]',
    ...section('IHEFULL', ...ABILITIES, `Port = ${port}`),
  ];
  const file = path.join(folder.path, 'dcmpstat.cfg');
  await writeFile(file, `${config.join('\n')}\n`);
  const program = await startProgram('dcmprscp', ['-v', '-c', file, '-p', 'IHEFULL'], port);
  const read = async (prefix: string): Promise<DicomFile[]> => {
    const names = (await readdir(database)).filter((name) => name.startsWith(prefix)).sort();
    return Promise.all(names.map(async (name) => readPart10(await readFile(path.join(database, name)), name)));
  };
  return {
    peer: { aeTitle: 'IHEFULL', host: '127.0.0.1', port },
    kept: async () => ({ films: await read('SP_'), images: await read('HG_') }),
    output: () => program.output(),
    stop: async () => {
      await program.stop();
      await folder.remove();
    },
  };
}

const section = (name: string, ...lines: readonly string[]): string[] => [`[${name}]`, ...lines];
