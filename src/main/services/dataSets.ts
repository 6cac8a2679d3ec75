import type { AcceptedContext } from '#main/network/service.ts';
import type { DataSet } from '#shared/dicom/codec/dataset.ts';
import type { DataSetInput } from '#shared/dicom/codec/encode.ts';
import { parseDataSet } from '#shared/dicom/codec/parse.ts';
import { encodeBody } from '#shared/dicom/codec/part10.ts';
import { EXPLICIT_BIG_ENDIAN, IMPLICIT_LITTLE_ENDIAN } from '#shared/dicom/uid.ts';

/** The data set of a DIMSE message as one chunk, in the encoding its presentation context has. */
export const outgoing = (dataset: DataSetInput | DataSet, context: AcceptedContext): readonly Uint8Array[] => [
  encodeBody(dataset, context.transferSyntax),
];

/**
 * Reads the data set of a DIMSE message (identifier, attribute list).
 * @param what for errors: "identifier of MOVESCU"
 * @throws IsocenterError TRUNCATED, DECODE_FAILED
 */
export const incoming = (bytes: Uint8Array, context: AcceptedContext, what: string): DataSet =>
  parseDataSet(
    bytes,
    0,
    {
      explicit: context.transferSyntax !== IMPLICIT_LITTLE_ENDIAN,
      littleEndian: context.transferSyntax !== EXPLICIT_BIG_ENDIAN,
    },
    what,
  ).dataset;
