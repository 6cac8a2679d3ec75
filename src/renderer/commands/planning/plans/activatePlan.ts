import { withActive } from '#renderer/document/plans.ts';
import { readShelvedDose } from '#renderer/document/reading/shelvedDoses.ts';
import { editDocument } from '#renderer/document/store.ts';
import { useBeamView } from '#renderer/viewports/painters/beams/beamView.ts';
import type { Command } from '../../command.ts';
import { openedDocument } from '../../longWork.ts';
import { openedRecord } from './records.ts';

/** Makes another open plan the one that is edited, computed and shown; a stored dose that is not read yet is read first. */
export const activatePlan: Command<[index: number]> = {
  name: 'activatePlan',
  label: 'Show plan',
  undo: 'Undo makes the plan of before active.',
  perform: async (index) => {
    const document = openedDocument();
    const { plan } = openedRecord(index, document);
    if (index === document.planIndex) return;
    if (document.unreadDoses.has(index)) await readShelvedDose(index);
    if (openedDocument().patientKey !== document.patientKey) return;
    editDocument(`Show plan ${plan.label}`, (now) => withActive(now, index));
    const { selected } = useBeamView.getState();
    if (!plan.beams.some(({ number }) => number === selected)) useBeamView.setState({ selected: null });
  },
};
