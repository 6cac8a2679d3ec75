import type { Beam } from '../../model/plan.ts';
import { type DeliveryMachine, layersOf } from './deliveryMachine.ts';
import { differs } from './segmentLimits.ts';
import { physicalWedges } from './wedgeLimits.ts';
import { apart, furthest, type Interval } from './intervals.ts';

/** What follows on a limit that the machine does not state. */
export const SILENT = ': the machine states none';

/** What a beam does that the machine states no limit of, and what the beam does not state. */
export function uncheckedOf(beam: Beam, intervals: readonly Interval[], machine: DeliveryMachine): string[] {
  const { limits } = machine;
  const lit = intervals.filter(({ from, to }) => to.metersetWeight > from.metersetWeight);
  const turns = lit.some(({ turn }) => turn !== undefined && turn !== 0);
  const moves = (type: string): boolean =>
    lit.some(({ from, to }) => {
      const key = type as keyof typeof from.positions;
      return furthest(from.positions[key], to.positions[key]) > 0;
    });
  const layers = layersOf(machine).filter(({ type }) => beam.controlPoints.some(({ positions }) => positions[type]));
  const leavesMove = layers.filter(({ type }) => moves(type));
  const jawsMove = ['X', 'Y', 'ASYMX', 'ASYMY'].some(moves);
  const { wedges } = machine;
  const silent: readonly [string, boolean][] = [
    ['wedges', wedges === undefined && physicalWedges(beam).length > 0],
    ['lowest dose rate', limits.minimumDoseRate === undefined && (turns || jawsMove || leavesMove.length > 0)],
    [
      'least MU of a segment',
      limits.minimumSegmentMeterset === undefined && lit.filter(({ from, to }) => !differs(from, to)).length > 1,
    ],
    ['number of control points', limits.maximumControlPoints === undefined && intervals.length > 1],
    ['stop of the gantry', limits.gantryStop === undefined && turns],
    ['gantry speed', limits.gantrySpeed === undefined && turns],
    ['slowest gantry speed', limits.minimumGantrySpeed === undefined && turns],
    ['MU per degree', limits.metersetPerDegree === undefined && turns],
    [
      'collimator speed',
      limits.collimatorSpeed === undefined && lit.some(({ from, to }) => apart(from.collimator, to.collimator) > 0),
    ],
    ['couch speed', limits.couchSpeed === undefined && lit.some(({ from, to }) => apart(from.couch, to.couch) > 0)],
    ['jaw speed', limits.jawSpeed === undefined && jawsMove],
    ['spread of a leaf bank', layers.some(({ maximumSpan }) => maximumSpan === undefined)],
    ['interdigitation', layers.some(({ interdigitation }) => interdigitation === undefined)],
    ['leaf speed', leavesMove.some(({ leafSpeed }) => leafSpeed === undefined)],
    ['leaf acceleration', leavesMove.some(({ leafAcceleration }) => leafAcceleration === undefined)],
  ];
  return [
    ...(beam.meterset === undefined ? ['meterset and speeds: the beam has no meterset'] : []),
    ...(beam.controlPoints.some(({ doseRate }) => doseRate === 0)
      ? ['dose rate: the beam states 0 MU/min, taken for not stated']
      : []),
    ...silent.filter(([, yes]) => yes).map(([what]) => `${what}${SILENT}`),
  ];
}
