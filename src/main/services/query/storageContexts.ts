import type { ContextProposal } from '#main/network/associate.ts';
import { MAX_CONTEXTS } from '#main/network/associate.ts';
import { STORAGE_TRANSFER_SYNTAXES, UNCOMPRESSED_LITTLE_ENDIAN } from '#main/network/transferSyntaxes.ts';

const STORAGE = '1.2.840.10008.5.1.4.1.1';

/** What a study may hold when the peer does not tell: storage SOP classes a radiotherapy department meets (PS3.4 table B.5-1). */
const USUAL_CLASSES: readonly string[] = [
  '2', '2.1', '2.2', // CT, enhanced, legacy converted
  '4', '4.1', '4.2', '4.3', '4.4', // MR, enhanced, spectroscopy, enhanced colour, legacy converted
  '128', '128.1', '130', '20', // PET, legacy converted, enhanced; nuclear medicine
  '481.1', '481.2', '481.3', '481.4', '481.5', '481.6', '481.7', '481.8', '481.9', // RT image … ion treatment record
  '481.10', '481.11', '481.12', '481.13', '481.14', '481.15', '481.16', '481.17', '481.18', '481.19', '481.20', '481.21',
  '66.1', '66.3', '66', '66.2', '66.4', '66.5', '66.6', '66.7', '66.8', // registrations, raw data, fiducials, segmentations
  '7', '7.1', '7.2', '7.3', '7.4', // secondary capture
  '104.1', '104.2', '88.11', '88.22', '88.33', '88.67', '88.59', // encapsulated documents, reports, key objects
  '11.1', '11.2', '11.3', '11.4', // presentation states
  '1', '1.1', '1.1.1', '6.1', '3.1', '12.1', '12.2', '13.1.1', '77.1.4', // X-ray, ultrasound, cone beam, photograph
].map((tail) => `${STORAGE}.${tail}`); // biome-ignore format: a table

/** One context a class and syntax, so that the peer can send every object as it is; then the rest in one context for each class. */
const LOSSLESS_FIRST: readonly string[] = [
  ...UNCOMPRESSED_LITTLE_ENDIAN,
  ...STORAGE_TRANSFER_SYNTAXES.filter((uid) => !UNCOMPRESSED_LITTLE_ENDIAN.includes(uid)),
];

/**
 * Presentation contexts in which a peer may send us objects on our own association (C-GET): we are SCP of them. With as many
 * transfer syntaxes as fit a context of their own, most usual first, because of several in one context the acceptor keeps only one.
 * @param classes those that will be needed; [] proposes the usual ones
 * @param room how many contexts may be used
 */
export function storageContexts(classes: readonly string[], room: number): readonly ContextProposal[] {
  const wanted = [...new Set(classes.length === 0 ? USUAL_CLASSES : classes)].slice(0, Math.min(room, MAX_CONTEXTS));
  const perClass = Math.max(1, Math.floor(room / wanted.length));
  return wanted.flatMap((abstractSyntax) => {
    const own = LOSSLESS_FIRST.slice(0, perClass - 1);
    const rest = LOSSLESS_FIRST.slice(own.length);
    const groups = [...own.map((uid) => [uid]), rest].filter((group) => group.length > 0);
    return groups.map((transferSyntaxes) => ({ abstractSyntax, transferSyntaxes, role: 'scp' as const }));
  });
}
