import { IsocenterError, throwIfCancelled } from '#shared/contract/errors.ts';
import { writeRtImage } from '#shared/dicom/rtImageWriter.ts';
import { newUid } from '#shared/dicom/uid.ts';
import { beamDrrView } from '#shared/drr/beamDrrView.ts';
import { PLAIN_DRR } from '#shared/drr/computeDrr.ts';
import { rtImageOf } from '#shared/drr/rtImageOf.ts';
import { DrrCrew } from '#renderer/compute/drr/frontend.ts';
import { objectContext } from '#renderer/document/objectContext.ts';
import { patchDocument, useDocument } from '#renderer/document/store.ts';
import { toast } from '#renderer/kit/toast.ts';
import type { Command } from '../../command.ts';
import { isInArchive, storeAll } from '../../contouring/sets/saveStructures.ts';
import { longWork } from '../../longWork.ts';
import { openedPlan } from '../plans.ts';

const DRR_SERIES = 304;
/** 410 mm each way at the isocenter. */
const SIZE = [512, 512] as const;
const SPACING = [0.8, 0.8] as const;

/**
 * Stores a radiograph of every beam of the saved plan, set-up beams too, as an RT Image that refers to plan and beam: at the first control point, in
 * the image plane at the isocenter, in the gantry's axes, since imagers do not turn with the collimator.
 */
export const saveDrrs: Command = {
  name: 'saveDrrs',
  label: 'Store DRRs',
  undo: 'Stored instances stay.',
  perform: async () => {
    await longWork('Storing DRRs', async (document, { signal, onProgress }) => {
      const plan = openedPlan(document);
      if (document.planDirty || !isInArchive(document, plan.sopInstanceUid))
        throw new IsocenterError('CONFLICT', 'save the plan first: its radiographs refer to it', {
          object: plan.label,
        });
      if (document.primary.unit !== 'HU')
        throw new IsocenterError('UNSUPPORTED_OBJECT', 'radiographs are made of a CT', { object: plan.label });
      const context = await objectContext(document, DRR_SERIES, `DRR ${plan.label}`);
      const crew = new DrrCrew(document.primary);
      try {
        const files: Uint8Array[] = [];
        const uids: string[] = [];
        for (const [n, beam] of plan.beams.entries()) {
          const view = beamDrrView(plan, beam, 0, { size: SIZE, spacing: SPACING, upright: 'gantry' });
          const data = await crew.cast(view, PLAIN_DRR);
          throwIfCancelled(signal);
          const subject = {
            patientPosition: plan.patientPosition,
            frameOfReferenceUid: document.primary.frameOfReferenceUid,
            settings: PLAIN_DRR,
            field: { plan, beam, control: 0 },
          };
          const sopInstanceUid = newUid();
          files.push(
            writeRtImage(rtImageOf({ view, data }, subject, sopInstanceUid), { ...context, sopInstanceUid }, n + 1),
          );
          uids.push(sopInstanceUid);
          onProgress((n + 1) / (plan.beams.length + 1));
        }
        await storeAll(files);
        const now = useDocument.getState().document;
        if (now?.patientKey === document.patientKey)
          patchDocument({ savedInstances: [...now.savedInstances, ...uids] });
        toast(`${files.length} radiographs of "${plan.label}" stored`, 'success');
      } finally {
        crew.dispose();
      }
    });
  },
};
