import { IsocenterError } from '#shared/contract/errors.ts';
import type { SetupMarks } from '#shared/model/setup.ts';
import { editDocument } from '#renderer/document/store.ts';
import type { Command } from '../../command.ts';
import { openedPlan } from '../plans.ts';

/** Where the patient is set up before the couch moves to the isocenters (kept to 0.1 mm); none takes it out of the plan. The dose stays. */
export const setMarks: Command<[marks: SetupMarks | undefined]> = {
  name: 'setMarks',
  label: 'Set set-up marks',
  undo: 'Undo gives back the marks there were.',
  perform: (marks) => {
    if ((marks?.description?.length ?? 0) > 1024)
      throw new IsocenterError('INVALID_ATTRIBUTE', 'must have at most 1,024 characters', {
        object: 'set-up',
        attribute: 'SetupTechniqueDescription',
      });
    editDocument(marks === undefined ? 'Take set-up marks away' : 'Set set-up marks', (document) => {
      const { marks: _before, ...plan } = openedPlan(document);
      if (marks === undefined) return { plan: { ...plan, approval: 'UNAPPROVED' } };
      const [x, y, z] = marks.position.map((value) => Math.round(value * 10) / 10);
      return { plan: { ...plan, marks: { ...marks, position: [x, y, z] }, approval: 'UNAPPROVED' } };
    });
  },
};
