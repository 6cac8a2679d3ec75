import {
  DEFLATED_LITTLE_ENDIAN,
  EXPLICIT_BIG_ENDIAN,
  EXPLICIT_LITTLE_ENDIAN,
  IMPLICIT_LITTLE_ENDIAN,
} from '#shared/dicom/uid.ts';

/** The two uncompressed little endian syntaxes, between which a data set can be rewritten without loss. */
export const UNCOMPRESSED_LITTLE_ENDIAN: readonly string[] = [EXPLICIT_LITTLE_ENDIAN, IMPLICIT_LITTLE_ENDIAN];

/** Encapsulated syntaxes taken and passed on as they come; none is decoded here. */
const ENCAPSULATED: readonly string[] = [
  '1.2.840.10008.1.2.5', // RLE Lossless
  '1.2.840.10008.1.2.4.50', // JPEG Baseline (Process 1)
  '1.2.840.10008.1.2.4.51', // JPEG Extended (Process 2 & 4)
  '1.2.840.10008.1.2.4.53', // JPEG Spectral Selection, Non-Hierarchical (Process 6 & 8), retired
  '1.2.840.10008.1.2.4.55', // JPEG Full Progression, Non-Hierarchical (Process 10 & 12), retired
  '1.2.840.10008.1.2.4.57', // JPEG Lossless, Non-Hierarchical (Process 14)
  '1.2.840.10008.1.2.4.70', // JPEG Lossless, Non-Hierarchical, First-Order Prediction
  '1.2.840.10008.1.2.4.80', // JPEG-LS Lossless
  '1.2.840.10008.1.2.4.81', // JPEG-LS Near-Lossless
  '1.2.840.10008.1.2.4.90', // JPEG 2000 Lossless Only
  '1.2.840.10008.1.2.4.91', // JPEG 2000
  '1.2.840.10008.1.2.4.92', // JPEG 2000 Part 2 Multi-component Lossless Only
  '1.2.840.10008.1.2.4.93', // JPEG 2000 Part 2 Multi-component
  '1.2.840.10008.1.2.4.100', // MPEG2 Main Profile / Main Level
  '1.2.840.10008.1.2.4.101', // MPEG2 Main Profile / High Level
  '1.2.840.10008.1.2.4.102', // MPEG-4 AVC/H.264 High Profile / Level 4.1
  '1.2.840.10008.1.2.4.103', // MPEG-4 AVC/H.264 BD-compatible High Profile / Level 4.1
  '1.2.840.10008.1.2.4.110', // JPEG XL Lossless
  '1.2.840.10008.1.2.4.111', // JPEG XL JPEG Recompression
  '1.2.840.10008.1.2.4.112', // JPEG XL
  '1.2.840.10008.1.2.4.201', // High-Throughput JPEG 2000 Lossless Only
  '1.2.840.10008.1.2.4.202', // High-Throughput JPEG 2000 with RPCL Options Lossless Only
  '1.2.840.10008.1.2.4.203', // High-Throughput JPEG 2000
];

/** All that a storage SCP takes: it keeps the bytes as they come, so nothing has to be decodable. */
export const STORAGE_TRANSFER_SYNTAXES: readonly string[] = [
  ...UNCOMPRESSED_LITTLE_ENDIAN,
  EXPLICIT_BIG_ENDIAN,
  DEFLATED_LITTLE_ENDIAN,
  ...ENCAPSULATED,
];

/**
 * The acceptor's choice among what one presentation context proposes: the proposer's first that we take, for that is
 * usually how its object is encoded; but explicit little endian before the other uncompressed ones, because it alone
 * keeps the value representations of private elements without byte swapping.
 */
export function chooseTransferSyntax(proposed: readonly string[], taken: readonly string[]): string | undefined {
  const first = proposed.find((uid) => taken.includes(uid));
  const explicit = EXPLICIT_LITTLE_ENDIAN;
  const isUncompressed = first === IMPLICIT_LITTLE_ENDIAN || first === EXPLICIT_BIG_ENDIAN;
  return isUncompressed && proposed.includes(explicit) && taken.includes(explicit) ? explicit : first;
}
