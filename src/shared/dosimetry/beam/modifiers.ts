import { IsocenterError } from '../../contract/errors.ts';
import type { Beam } from '../../model/plan.ts';
import type { Machine } from '../machine/machine.ts';
import { blockTransmission, checkBlocks } from './blocks.ts';
import type { FluenceLattice } from './fluenceMap.ts';
import type { BeamSegment } from './segments.ts';
import type { SourceView } from './sourceView.ts';
import { checkWedges, wedgesIn } from './wedge.ts';

/** Trays of plan and machine that differ by more than this are not the same tray. */
const TRAY_TOLERANCE = 0.002;

/** What no engine here computes, by the attribute that brings it. */
const NOT_COMPUTED = [
  ['compensators', 'CompensatorSequence', 'compensators'],
  ['applicators', 'ApplicatorSequence', 'applicators'],
  ['generalAccessories', 'GeneralAccessorySequence', 'general accessories'],
] as const;

const refusal = (beam: Beam, code: 'DOSE' | 'MACHINE', message: string, attribute: string): IsocenterError =>
  new IsocenterError(code, message, { object: `Beam ${beam.number} (${beam.name})`, attribute });

/**
 * Refuses what stands in the beam and would be missing in its dose, or is not what the machine has.
 * @throws IsocenterError DOSE or MACHINE naming the beam and the attribute.
 */
export function checkAccessories(beam: Beam, machine: Machine): void {
  for (const [list, attribute, what] of NOT_COMPUTED)
    if ((beam[list]?.length ?? 0) > 0)
      throw refusal(beam, 'DOSE', `${what} are not computed: its dose would lack them`, attribute);
  if ((beam.totalCompensatorTrayFactor ?? 1) !== 1)
    throw refusal(beam, 'DOSE', 'a compensator’s tray is not computed', 'TotalCompensatorTrayFactor');
  checkBlocks(beam);
  checkWedges(beam, machine);
  trayFactor(beam, machine);
}

/**
 * What the trays of a beam's blocks let through: as the plan states it, or else as the machine says of the trays named.
 * @throws IsocenterError MACHINE for a tray the machine does not have and the plan does not state, or states otherwise.
 */
export function trayFactor(beam: Beam, machine: Machine): number {
  const names = [...new Set((beam.blocks ?? []).flatMap(({ trayId }) => (trayId === undefined ? [] : [trayId])))];
  const known = names.map((name) => machine.trays.find(({ id }) => id === name)?.transmission);
  const missing = names.find((_, n) => known[n] === undefined);
  const stated = beam.totalBlockTrayFactor;
  if (missing !== undefined) {
    if (stated !== undefined) return stated;
    throw refusal(
      beam,
      'MACHINE',
      `${machine.name} has no tray ${missing}, and the plan no factor for it`,
      'BlockTrayID',
    );
  }
  const product = known.reduce<number>((all, transmission) => all * (transmission ?? 1), 1);
  if (stated === undefined || names.length === 0) return stated ?? product;
  if (Math.abs(product - stated) > TRAY_TOLERANCE)
    throw refusal(
      beam,
      'MACHINE',
      `tray ${names.join(', ')} of ${machine.name} lets ${product} through, the plan states ${stated}`,
      'TotalBlockTrayFactor',
    );
  return stated;
}

/** Takes out of what a collimator lets through of a source (in place) what trays, wedges and blocks below it hold back. */
export function attenuate(
  values: Float64Array,
  beam: Beam,
  segment: BeamSegment,
  machine: Machine,
  view: SourceView,
  lattice: FluenceLattice,
): void {
  const tray = trayFactor(beam, machine);
  if (tray !== 1) for (let n = 0; n < values.length; n++) values[n] *= tray;
  const blocks = blockTransmission(beam, view, lattice);
  if (blocks !== undefined) for (let n = 0; n < values.length; n++) values[n] *= blocks[n];
  const wedge = wedgesIn(beam, segment, machine);
  if (wedge === undefined) return;
  const { pixel, x0, y0 } = lattice;
  for (let y = 0, n = 0; y < lattice.height; y++)
    for (let x = 0; x < lattice.width; x++, n++)
      if (values[n] !== 0) values[n] *= wedge.throughAt(x0 + (x + 0.5) * pixel, y0 + (y + 0.5) * pixel);
}
