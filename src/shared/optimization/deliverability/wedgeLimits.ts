import { wedgeReason } from '../../dosimetry/plan/beamLimits.ts';
import type { Wedge } from '../../model/accessories.ts';
import type { Beam } from '../../model/plan.ts';
import type { DeliveryMachine } from './deliveryMachine.ts';
import type { Report } from './violation.ts';

/** Wedges that stand in the beam, as opposed to a jaw that moves. */
export const physicalWedges = ({ wedges = [] }: Beam): readonly Wedge[] =>
  wedges.filter(({ type }) => type !== 'DYNAMIC');

/** That the machine has the wedges of a beam, and that its field does not reach past their ends. */
export function checkWedges(beam: Beam, { name, wedges }: DeliveryMachine, report: Report): void {
  if (wedges === undefined) return;
  for (const { number, id, orientation } of physicalWedges(beam)) {
    if (id === undefined || wedges.every((one) => one.id !== id)) {
      report('wedge', id === undefined ? 'a wedge without an ID' : `${name} has no wedge ${id}`);
      continue;
    }
    if (orientation === undefined) continue;
    for (const [n, { positions, wedgePositions }] of beam.controlPoints.entries()) {
      const { X, ASYMX = X, Y, ASYMY = Y } = positions;
      if (wedgePositions?.[number] !== 'IN' || ASYMX === undefined || ASYMY === undefined) continue;
      const reason = wedgeReason(id, orientation, [ASYMX[0], ASYMX[1], ASYMY[0], ASYMY[1]], { name, wedges });
      if (reason !== undefined) report('wedge', reason, n);
    }
  }
}
