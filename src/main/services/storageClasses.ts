const DICOM_ROOT = '1.2.840.10008.';
/** Nearly all storage SOP classes, those of later editions included (PS3.4 table B.5-1). */
const STORAGE_ROOT = '1.2.840.10008.5.1.4.1.1.';

/** Storage SOP classes outside that branch (PS3.4 tables B.5-1 and GG.3-1). */
const ELSEWHERE: ReadonlySet<string> = new Set([
  '1.2.840.10008.5.1.4.34.7', // RT Beams Delivery Instruction Storage
  '1.2.840.10008.5.1.4.34.10', // RT Brachy Application Setup Delivery Instruction Storage
  '1.2.840.10008.5.1.4.38.1', // Hanging Protocol Storage
  '1.2.840.10008.5.1.4.39.1', // Color Palette Storage
  '1.2.840.10008.5.1.4.43.1', // Generic Implant Template Storage
  '1.2.840.10008.5.1.4.44.1', // Implant Assembly Template Storage
  '1.2.840.10008.5.1.4.45.1', // Implant Template Group Storage
]);

/** Known storage classes, unknown ones of the storage branch, and private classes. */
export function isStorageSopClass(uid: string): boolean {
  return uid.startsWith(STORAGE_ROOT) || ELSEWHERE.has(uid) || !uid.startsWith(DICOM_ROOT);
}
