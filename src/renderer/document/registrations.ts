import { readRegistrations } from '#shared/dicom/registration/registration.ts';
import type { Registration } from '#shared/model/registration.ts';
import { objectsOf } from './choose.ts';
import { type ReadContext, readObject } from './readObjects.ts';
import type { ClinicalDocument } from './records.ts';
import { editDocument, patchDocument, useDocument } from './store.ts';

/** What names a registration: one object may hold several. */
export const registrationKey = ({ sopInstanceUid, movingFrame, fixedFrame }: Registration): string =>
  [sopInstanceUid, movingFrame, fixedFrame].join(' ');

type Registrations = Pick<ClinicalDocument, 'registrations' | 'registrationDrafts' | 'registrationsOff'>;

/** The registrations that ways may lead through, those to be preferred first: drafts, then the newest. */
export const usedRegistrations = ({
  registrations,
  registrationDrafts,
  registrationsOff,
}: Registrations): readonly Registration[] => [
  ...registrationDrafts,
  ...registrations.filter((found) => !registrationsOff.includes(registrationKey(found))),
];

const between = (registration: Registration, a: string, b: string): boolean =>
  (registration.fixedFrame === a && registration.movingFrame === b) ||
  (registration.fixedFrame === b && registration.movingFrame === a);

/**
 * Makes `draft` the registration between its frames, as one undoable edit. Stored registrations of the moving frame with others than
 * the fixed one are put aside: they would lead past it.
 */
export function putDraft(name: string, draft: (document: ClinicalDocument) => Registration | undefined): void {
  editDocument(name, (document) => {
    const made = draft(document);
    if (made === undefined) return null;
    const { fixedFrame, movingFrame } = made;
    const { registrations, registrationDrafts, registrationsOff } = document;
    const passing = registrations.filter(
      (other) =>
        between(other, movingFrame, document.primary.frameOfReferenceUid) && !between(other, fixedFrame, movingFrame),
    );
    const off = passing.map(registrationKey).filter((key) => !registrationsOff.includes(key));
    return {
      registrationDrafts: [
        made,
        ...registrationDrafts.filter(
          (other) =>
            !between(other, fixedFrame, movingFrame) &&
            !between(other, movingFrame, document.primary.frameOfReferenceUid),
        ),
      ],
      registrationsOff: off.length === 0 ? registrationsOff : [...registrationsOff, ...off],
    };
  });
}

/** Forgets the draft between two frames: what is stored holds again. */
export const dropDraft = (fixedFrame: string, movingFrame: string): void =>
  editDocument('Drop unsaved registration', ({ registrationDrafts }) => ({
    registrationDrafts: registrationDrafts.filter((draft) => !between(draft, fixedFrame, movingFrame)),
  }));

/** Puts a stored registration aside, or back in use. */
export const putInUse = (registration: Registration, use: boolean): void =>
  editDocument(use ? 'Use registration' : 'Put registration aside', ({ registrationsOff }) => {
    const key = registrationKey(registration);
    const others = registrationsOff.filter((off) => off !== key);
    return { registrationsOff: use ? others : [...others, key] };
  });

/**
 * Reads what registrations the archive has of the open patient and the document does not. What cannot be read is named in the context's
 * problems; only cancelling throws.
 */
export async function readNewRegistrations(context: ReadContext): Promise<void> {
  const before = useDocument.getState().document;
  if (before?.patientKey !== context.patientKey) return;
  const known = new Set(before.registrations.map(({ sopInstanceUid }) => sopInstanceUid));
  const placed = objectsOf(before.tree, 'REG').filter(({ object }) => !known.has(object.sopInstanceUid));
  const read = await Promise.all(placed.map((one) => readObject(one, readRegistrations, context)));
  const found = read.filter((registrations) => registrations !== undefined).flat();
  const { document } = useDocument.getState();
  if (document?.patientKey !== context.patientKey || found.length === 0) return;
  const held = new Set(document.registrations.map(registrationKey));
  const all = [...found.filter((one) => !held.has(registrationKey(one))), ...document.registrations];
  // Newest first, as the archive lists the objects.
  const order = objectsOf(document.tree, 'REG').map(({ object }) => object.sopInstanceUid);
  const rank = ({ sopInstanceUid }: Registration): number => {
    const at = order.indexOf(sopInstanceUid);
    return at < 0 ? -1 : at;
  };
  patchDocument({ registrations: all.sort((a, b) => rank(a) - rank(b)) });
}
