import { decodeCommandSet } from '#main/network/commandSet.ts';
import { DataSetTokens, encodingOf } from '#main/network/dataSetTokens.ts';
import { PduReader } from '#main/network/pdu/reader.ts';
import { PduError } from '#main/network/pdu/types.ts';
import { transcodeLittleEndian } from '#main/services/transcode.ts';
import { IsocenterError } from '#shared/contract/errors.ts';
import type { DataSet } from '#shared/dicom/codec/dataset.ts';
import { readHeader } from '#shared/dicom/header.ts';
import { readPart10 } from '#shared/dicom/codec/part10.ts';
import { EXPLICIT_LITTLE_ENDIAN, IMPLICIT_LITTLE_ENDIAN } from '#shared/dicom/uid.ts';
import { COMMANDS, DATA_SETS, FILES, PDUS } from './samples.ts';

/** Something that decodes bytes from outside: a good sample is decoded, anything else is a named error. */
interface Decoder {
  readonly name: string;
  readonly samples: readonly Buffer[];
  /** @throws PduError or IsocenterError; whatever else is a crash */
  readonly decode: (bytes: Buffer) => unknown;
}

/** Everything a reader may ask of a data set; what does not decode throws INVALID_ATTRIBUTE. */
function readAll(dataset: DataSet): void {
  for (const [tag, { items, fragments }] of dataset.elements) {
    if (items !== undefined) items.forEach(readAll);
    else if (fragments === undefined) dataset.bytes(tag);
  }
  for (const keyword of ['PatientName', 'SOPInstanceUID', 'SpecificCharacterSet']) dataset.string(keyword);
  for (const keyword of ['Rows', 'InstanceNumber']) dataset.numbers(keyword);
}

function walk(bytes: Buffer, transferSyntaxUid: string): void {
  const tokens = new DataSetTokens(encodingOf(transferSyntaxUid));
  for (let at = 0; at < bytes.length; at += 61)
    for (const token of tokens.push(bytes.subarray(at, at + 61))) void token;
  for (const token of tokens.end()) void token;
}

async function* inChunks(bytes: Buffer): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 100) yield bytes.subarray(at, at + 100);
}

async function rewrite(bytes: Buffer, transferSyntaxUid: string): Promise<void> {
  for await (const chunk of transcodeLittleEndian(inChunks(bytes), transferSyntaxUid)) void chunk;
}

const DATA = DATA_SETS.map(([, bytes]) => bytes);

export const DECODERS: readonly Decoder[] = [
  {
    name: 'PDUs',
    samples: PDUS,
    decode: (bytes) => {
      const reader = new PduReader(16384);
      for (let at = 0; at < bytes.length; at += 97)
        for (const pdu of reader.read(bytes.subarray(at, at + 97))) void pdu;
    },
  },
  { name: 'command sets', samples: COMMANDS, decode: decodeCommandSet },
  { name: 'files', samples: FILES, decode: (bytes) => readAll(readPart10(bytes).dataset) },
  { name: 'headers', samples: FILES, decode: (bytes) => readHeader(bytes) },
  { name: 'data sets on their way', samples: DATA, decode: (bytes) => walk(bytes, EXPLICIT_LITTLE_ENDIAN) },
  { name: 'rewriting', samples: DATA, decode: (bytes) => rewrite(bytes, IMPLICIT_LITTLE_ENDIAN) },
];

/** Whether it decodes; throws only what is neither success nor a named error, which is a defect of ours. */
export async function survive({ name, decode }: Decoder, bytes: Buffer): Promise<boolean> {
  try {
    await decode(bytes);
    return true;
  } catch (error) {
    if (error instanceof PduError) return false;
    if (error instanceof IsocenterError && error.code !== 'INTERNAL') return false;
    throw new Error(`${name}: ${String(error)} for ${bytes.toString('hex')}`, { cause: error });
  }
}
