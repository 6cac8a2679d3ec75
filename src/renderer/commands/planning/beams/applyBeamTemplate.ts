import { measureRoi } from '#shared/evaluation/statistics.ts';
import { freeName } from '#shared/dosimetry/plan/arrange/beamNames.ts';
import {
  beamInPosition,
  type BeamTemplate,
  isOtherSide,
  mirroredBeam,
} from '#shared/dosimetry/plan/arrange/beamTemplate.ts';
import { withWedge } from '#shared/dosimetry/plan/arrange/fitAccessories.ts';
import { targetCenter } from '#shared/dosimetry/plan/arrange/planFactory.ts';
import { DEFAULT_MACHINE, machineByName } from '#shared/dosimetry/machine/machines.ts';
import type { Beam } from '#shared/model/plan.ts';
import { setMessage } from '#renderer/stores/statusStore.ts';
import { selectBeam } from '#renderer/viewports/painters/beams/beamView.ts';
import type { Command } from '../../command.ts';
import { editPlan, makeBeam, nextBeamNumber, openedPlan, targetOf } from '../plans.ts';

/**
 * Adds the beams of a template: on the machine and about the isocenter of the beams there are, else on the template's machine about the
 * target's centre; apertures are fitted to the target. A template for one side is mirrored for a target of the other.
 */
export const applyBeamTemplate: Command<[template: BeamTemplate]> = {
  name: 'applyBeamTemplate',
  label: 'Beams from a template',
  undo: 'Undo takes the beams away.',
  perform: (template) => {
    const first = nextBeamNumber(openedPlan());
    let mirrored = false;
    editPlan(`Beams: ${template.name}`, (plan, { structures }) => {
      const centre = targetCenter(targetOf(plan, structures));
      const body = structures.rois.find(({ type, contours }) => type === 'EXTERNAL' && contours.length > 0);
      mirrored = isOtherSide(template, centre[0], (body && measureRoi(body.contours))?.centroid[0] ?? 0);
      const like = plan.beams.findLast(({ deliveryType }) => deliveryType === 'TREATMENT');
      const machine = like?.machine ?? template.machine ?? DEFAULT_MACHINE;
      const isocenter = like?.controlPoints[0].isocenter ?? centre;
      const beams: Beam[] = [...plan.beams];
      for (const [n, original] of template.beams.entries()) {
        const placed = beamInPosition(mirrored ? mirroredBeam(original) : original, plan.patientPosition);
        const { name, gantry, collimator, couch, weight, margin, wedge } = placed;
        const beam = makeBeam(plan, structures, {
          number: first + n,
          name: freeName(name, beams),
          machine,
          angles: { gantry, collimator, couch },
          isocenter,
          note: { weight, ...(margin === undefined ? {} : { margin }) },
        });
        beams.push(wedge === undefined ? beam : withWedge(beam, machineByName(machine), wedge));
      }
      return { ...plan, beams };
    });
    if (mirrored) setMessage(`${template.name}: mirrored, as the target lies on the other side`);
    selectBeam(first);
  },
};
