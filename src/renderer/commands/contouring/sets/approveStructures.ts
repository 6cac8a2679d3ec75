import { IsocenterError } from '#shared/contract/errors.ts';
import { textFault } from '#shared/dicom/codec/text.ts';
import { derivationStatuses } from '#shared/structures/derivation/derivation.ts';
import { localIso } from '#renderer/document/objectContext.ts';
import { bailToMark, editDocument, mark, useDocument } from '#renderer/document/store.ts';
import type { Command } from '../../command.ts';
import { openedDocument } from '../../longWork.ts';
import { saveStructures } from './saveStructures.ts';

/** Approves the structure set in someone's name and stores it as an approved instance. @throws IsocenterError CONFLICT for stale structures. */
export const approveStructures: Command<[reviewer: string]> = {
  name: 'approveStructures',
  label: 'Approve structures',
  undo: 'The approved instance stays; undo goes back to the draft, to be saved as another instance.',
  perform: async (reviewer) => {
    const name = reviewer.trim();
    const fault = name === '' ? 'whoever approves must give a name' : textFault('PN', name);
    if (fault !== undefined) throw new IsocenterError('INVALID_ATTRIBUTE', fault, { attribute: 'ReviewerName' });
    const { rois, label } = openedDocument().structures;
    if (rois.length === 0) throw new IsocenterError('CONFLICT', 'has no structures to approve', { object: label });
    const statuses = derivationStatuses(rois);
    const stale = rois.filter(({ number }) => statuses.get(number)?.state === 'stale').map((roi) => roi.name);
    if (stale.length > 0)
      throw new IsocenterError('CONFLICT', `update or unlink what is stale first: ${stale.join(', ')}`, {
        object: label,
      });
    const before = mark();
    editDocument('Approve', ({ structures }) => ({
      structures: {
        ...structures,
        approval: { status: 'APPROVED', reviewer: name, reviewedAt: localIso(new Date()) },
      },
    }));
    const approved = openedDocument().structures;
    try {
      await saveStructures.perform();
    } finally {
      // Approved is what is stored as such, and nothing else.
      if (useDocument.getState().document?.structures === approved) bailToMark(before);
    }
  },
};

/** A draft of an approved set: it can be edited, and names the approved instance as its predecessor when it is saved. */
export const draftOfApproved: Command = {
  name: 'draftOfApproved',
  label: 'New draft',
  undo: 'Undo goes back to the approved set.',
  perform: () =>
    editDocument('New draft', ({ structures }) => {
      const { approval: _approval, ...draft } = structures;
      return { structures: draft };
    }),
};
