/**
 * UIDs of ours all lie under 2.25 (PS3.5 annex B.2: a UUID as one decimal component), so no registered root is needed.
 */

export const IMPLEMENTATION_CLASS_UID = '2.25.166049765640653280363015447793701861680';
export const IMPLEMENTATION_VERSION_NAME = 'ISOCENTER_0_1';

export const IMPLICIT_LITTLE_ENDIAN = '1.2.840.10008.1.2';
export const EXPLICIT_LITTLE_ENDIAN = '1.2.840.10008.1.2.1';
export const DEFLATED_LITTLE_ENDIAN = '1.2.840.10008.1.2.1.99';
export const EXPLICIT_BIG_ENDIAN = '1.2.840.10008.1.2.2';

/** Transfer syntaxes by UID (PS3.6 table A-1), as far as images and RT objects use them. */
const TRANSFER_SYNTAXES: Readonly<Record<string, string>> = {
  [IMPLICIT_LITTLE_ENDIAN]: 'Implicit VR Little Endian',
  [EXPLICIT_LITTLE_ENDIAN]: 'Explicit VR Little Endian',
  [DEFLATED_LITTLE_ENDIAN]: 'Deflated Explicit VR Little Endian',
  [EXPLICIT_BIG_ENDIAN]: 'Explicit VR Big Endian',
  '1.2.840.10008.1.2.4.50': 'JPEG Baseline (Process 1)',
  '1.2.840.10008.1.2.4.51': 'JPEG Extended (Process 2 & 4)',
  '1.2.840.10008.1.2.4.53': 'JPEG Spectral Selection (Process 6 & 8)',
  '1.2.840.10008.1.2.4.55': 'JPEG Full Progression (Process 10 & 12)',
  '1.2.840.10008.1.2.4.57': 'JPEG Lossless (Process 14)',
  '1.2.840.10008.1.2.4.70': 'JPEG Lossless (Process 14, Selection Value 1)',
  '1.2.840.10008.1.2.4.80': 'JPEG-LS Lossless',
  '1.2.840.10008.1.2.4.81': 'JPEG-LS Near-Lossless',
  '1.2.840.10008.1.2.4.90': 'JPEG 2000 Lossless',
  '1.2.840.10008.1.2.4.91': 'JPEG 2000',
  '1.2.840.10008.1.2.4.201': 'High-Throughput JPEG 2000 Lossless',
  '1.2.840.10008.1.2.4.202': 'High-Throughput JPEG 2000 RPCL Lossless',
  '1.2.840.10008.1.2.4.203': 'High-Throughput JPEG 2000',
  '1.2.840.10008.1.2.5': 'RLE Lossless',
};

export const MEDIA_STORAGE_DIRECTORY = '1.2.840.10008.1.3.10';
export const CT_IMAGE = '1.2.840.10008.5.1.4.1.1.2';
export const ENHANCED_CT_IMAGE = '1.2.840.10008.5.1.4.1.1.2.1';
export const LEGACY_ENHANCED_CT_IMAGE = '1.2.840.10008.5.1.4.1.1.2.2';
export const MR_IMAGE = '1.2.840.10008.5.1.4.1.1.4';
export const ENHANCED_MR_IMAGE = '1.2.840.10008.5.1.4.1.1.4.1';
export const LEGACY_ENHANCED_MR_IMAGE = '1.2.840.10008.5.1.4.1.1.4.4';
export const PET_IMAGE = '1.2.840.10008.5.1.4.1.1.128';
export const LEGACY_ENHANCED_PET_IMAGE = '1.2.840.10008.5.1.4.1.1.128.1';
export const ENHANCED_PET_IMAGE = '1.2.840.10008.5.1.4.1.1.130';
export const SPATIAL_REGISTRATION = '1.2.840.10008.5.1.4.1.1.66.1';
export const DEFORMABLE_SPATIAL_REGISTRATION = '1.2.840.10008.5.1.4.1.1.66.3';
export const SEGMENTATION = '1.2.840.10008.5.1.4.1.1.66.4';
export const LABEL_MAP_SEGMENTATION = '1.2.840.10008.5.1.4.1.1.66.7';
export const ENCAPSULATED_PDF = '1.2.840.10008.5.1.4.1.1.104.1';
export const RT_IMAGE = '1.2.840.10008.5.1.4.1.1.481.1';
export const RT_DOSE = '1.2.840.10008.5.1.4.1.1.481.2';
export const RT_STRUCTURE_SET = '1.2.840.10008.5.1.4.1.1.481.3';
export const RT_PLAN = '1.2.840.10008.5.1.4.1.1.481.5';
const RT_BRACHY_RECORD = '1.2.840.10008.5.1.4.1.1.481.6';
export const RT_ION_PLAN = '1.2.840.10008.5.1.4.1.1.481.8';

/** Storage SOP classes by UID (PS3.4 table B.5-1): those a planning system meets; any other is stored and indexed all the same. */
export const SOP_CLASSES: Readonly<Record<string, string>> = {
  [MEDIA_STORAGE_DIRECTORY]: 'Media Storage Directory',
  '1.2.840.10008.5.1.4.1.1.1': 'CR Image',
  '1.2.840.10008.5.1.4.1.1.1.1': 'Digital X-Ray Image',
  [CT_IMAGE]: 'CT Image',
  [ENHANCED_CT_IMAGE]: 'Enhanced CT Image',
  [LEGACY_ENHANCED_CT_IMAGE]: 'Legacy Converted Enhanced CT Image',
  [MR_IMAGE]: 'MR Image',
  [ENHANCED_MR_IMAGE]: 'Enhanced MR Image',
  [LEGACY_ENHANCED_MR_IMAGE]: 'Legacy Converted Enhanced MR Image',
  '1.2.840.10008.5.1.4.1.1.6.1': 'Ultrasound Image',
  '1.2.840.10008.5.1.4.1.1.7': 'Secondary Capture Image',
  '1.2.840.10008.5.1.4.1.1.11.1': 'Grayscale Softcopy Presentation State',
  '1.2.840.10008.5.1.4.1.1.12.1': 'X-Ray Angiographic Image',
  '1.2.840.10008.5.1.4.1.1.20': 'Nuclear Medicine Image',
  '1.2.840.10008.5.1.4.1.1.66': 'Raw Data',
  [SPATIAL_REGISTRATION]: 'Spatial Registration',
  '1.2.840.10008.5.1.4.1.1.66.2': 'Spatial Fiducials',
  [DEFORMABLE_SPATIAL_REGISTRATION]: 'Deformable Spatial Registration',
  [SEGMENTATION]: 'Segmentation',
  '1.2.840.10008.5.1.4.1.1.66.5': 'Surface Segmentation',
  [LABEL_MAP_SEGMENTATION]: 'Label Map Segmentation',
  '1.2.840.10008.5.1.4.1.1.88.22': 'Enhanced SR',
  '1.2.840.10008.5.1.4.1.1.88.33': 'Comprehensive SR',
  [ENCAPSULATED_PDF]: 'Encapsulated PDF',
  [PET_IMAGE]: 'PET Image',
  [LEGACY_ENHANCED_PET_IMAGE]: 'Legacy Converted Enhanced PET Image',
  [ENHANCED_PET_IMAGE]: 'Enhanced PET Image',
  [RT_IMAGE]: 'RT Image',
  [RT_DOSE]: 'RT Dose',
  [RT_STRUCTURE_SET]: 'RT Structure Set',
  '1.2.840.10008.5.1.4.1.1.481.4': 'RT Beams Treatment Record',
  [RT_PLAN]: 'RT Plan',
  [RT_BRACHY_RECORD]: 'RT Brachy Treatment Record',
  '1.2.840.10008.5.1.4.1.1.481.7': 'RT Treatment Summary Record',
  [RT_ION_PLAN]: 'RT Ion Plan',
  '1.2.840.10008.5.1.4.1.1.481.9': 'RT Ion Beams Treatment Record',
  '1.2.840.10008.5.1.4.1.1.481.10': 'RT Physician Intent',
  '1.2.840.10008.5.1.4.1.1.481.11': 'RT Segment Annotation',
  '1.2.840.10008.5.1.4.1.1.481.12': 'RT Radiation Set',
  '1.2.840.10008.5.1.4.1.1.481.13': 'C-Arm Photon-Electron Radiation',
};

/** Name of a SOP class or transfer syntax, or the UID itself. */
export const nameOfUid = (uid: string): string => SOP_CLASSES[uid] ?? TRANSFER_SYNTAXES[uid] ?? uid;

/** Whether a UID is well formed (PS3.5 section 9.1). */
export const isUid = (uid: string): boolean => uid.length <= 64 && /^(0|[1-9]\d*)(\.(0|[1-9]\d*))+$/.test(uid);

const { crypto } = globalThis as unknown as { crypto: { getRandomValues(words: Uint32Array): Uint32Array } };

/** A new UID: 2.25. and a random UUID (version 4). */
export function newUid(): string {
  return fromWords(crypto.getRandomValues(new Uint32Array(4)), 4);
}

/** The UID that belongs to `name`, the same on every machine (for phantoms and tests): 2.25. and a version 8 UUID of a hash. */
export function uidFromName(name: string): string {
  const words = Uint32Array.of(0x9e3779b9, 0x85ebca6b, 0xc2b2ae35, 0x27d4eb2f);
  // Four lanes of 32-bit multiply–xor, each character mixed into all of them; finished as MurmurHash3 does.
  for (let i = 0; i < name.length; i++)
    for (let lane = 0; lane < 4; lane++) {
      const mixed = Math.imul(words[lane] ^ (name.charCodeAt(i) + lane * 0x10001), 0x5bd1e995 + 2 * lane);
      words[lane] = (mixed ^ (mixed >>> 15)) + words[(lane + 1) % 4];
    }
  for (let round = 0; round < 2; round++)
    for (let lane = 0; lane < 4; lane++) {
      let h = words[lane] ^ words[(lane + 3) % 4];
      h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
      h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
      words[lane] = h ^ (h >>> 16);
    }
  return fromWords(words, 8);
}

function fromWords(words: Uint32Array, version: number): string {
  // RFC 9562: version in the top bits of octet 6, variant 10 in octet 8.
  const second = ((words[1] & 0xffff0fff) | (version << 12)) >>> 0;
  const third = ((words[2] & 0x3fffffff) | 0x80000000) >>> 0;
  const value = (BigInt(words[0]) << 96n) | (BigInt(second) << 64n) | (BigInt(third) << 32n) | BigInt(words[3]);
  return `2.25.${value}`;
}
