import { IsocenterError } from '../../../contract/errors.ts';
import type { BeamAccessories, Block, Wedge } from '../../../model/accessories.ts';
import type { Beam } from '../../../model/plan.ts';
import type { Machine } from '../../machine/machine.ts';

/** The beam with one wedge of its machine in at all control points, or with none; `orientation` in IEC degrees (model Wedge). */
export function withWedge(beam: Beam, machine: Machine, wedge: { id: string; orientation: number } | undefined): Beam {
  const { wedges: _wedges, ...rest } = beam;
  if (wedge === undefined)
    return {
      ...rest,
      controlPoints: beam.controlPoints.map(({ wedgePositions: _positions, ...point }) => point),
    };
  const known = machine.wedges.find(({ id }) => id === wedge.id);
  if (known === undefined)
    throw new IsocenterError('MACHINE', `${machine.name} has no wedge ${wedge.id}`, {
      object: `Beam ${beam.number} (${beam.name})`,
      attribute: 'WedgeID',
    });
  const made: Wedge = {
    number: 1,
    type: 'STANDARD',
    id: known.id,
    angle: Math.round(known.angle),
    orientation: wedge.orientation,
    sourceToWedgeTray: known.sourceDistance,
  };
  return {
    ...rest,
    wedges: [made],
    controlPoints: beam.controlPoints.map((point) => ({ ...point, wedgePositions: { 1: 'IN' } })),
  };
}

/** The beam behind a shadow tray of its machine, which its blocks then stand on, or behind none. */
export function withTray(beam: Beam, machine: Machine, trayId: string | undefined): Beam {
  const { totalBlockTrayFactor: _factor, blocks, ...rest } = beam;
  const onTray = ({ trayId: _id, ...block }: Block): Block => (trayId === undefined ? block : { ...block, trayId });
  const standing = blocks === undefined ? {} : { blocks: blocks.map(onTray) };
  if (trayId === undefined) return { ...rest, ...standing };
  const known = machine.trays.find(({ id }) => id === trayId);
  if (known === undefined)
    throw new IsocenterError('MACHINE', `${machine.name} has no tray ${trayId}`, {
      object: `Beam ${beam.number} (${beam.name})`,
      attribute: 'BlockTrayID',
    });
  return { ...rest, ...standing, totalBlockTrayFactor: known.transmission };
}

const accessoriesOf = (beam: Beam): BeamAccessories => {
  const { wedges, blocks, totalBlockTrayFactor, boluses, compensators } = beam;
  const { totalCompensatorTrayFactor, applicators, generalAccessories } = beam;
  return Object.fromEntries(
    Object.entries({
      wedges, blocks, totalBlockTrayFactor, boluses, compensators, totalCompensatorTrayFactor, applicators, generalAccessories,
    }).filter(([, value]) => value !== undefined), // biome-ignore format: a list
  );
};

/** A beam made anew (another aperture, another angle) with what stood in the old one; it treats or sets up as that did, with its units. */
export function withAccessoriesOf(made: Beam, old: Beam): Beam {
  const { wedgePositions } = old.controlPoints[0];
  return {
    ...made,
    ...accessoriesOf(old),
    deliveryType: old.deliveryType,
    ...(old.meterset === undefined || made.meterset !== undefined ? {} : { meterset: old.meterset }),
    controlPoints:
      wedgePositions === undefined
        ? made.controlPoints
        : made.controlPoints.map((point) => ({ ...point, wedgePositions })),
  };
}

/**
 * Accessories for the beam from the opposite side with its collimator mirrored: they lie on the same side of the patient, so X changes
 * its sign. @throws IsocenterError UNSUPPORTED_OBJECT for compensators, which are milled for one side.
 */
export function mirroredAccessories(beam: Beam): BeamAccessories {
  const { wedges, blocks, ...rest } = accessoriesOf(beam);
  if (rest.compensators !== undefined)
    throw new IsocenterError('UNSUPPORTED_OBJECT', 'has a compensator made for its own side', {
      object: `Beam ${beam.number} (${beam.name})`,
      attribute: 'CompensatorSequence',
    });
  const turned = (wedge: Wedge): Wedge =>
    wedge.orientation === undefined ? wedge : { ...wedge, orientation: (360 - wedge.orientation) % 360 };
  const flipped = (block: Block): Block => ({
    ...block,
    outline: block.outline.map((value, n) => (n % 2 === 0 ? -value : value)),
  });
  return {
    ...rest,
    ...(wedges === undefined ? {} : { wedges: wedges.map(turned) }),
    ...(blocks === undefined ? {} : { blocks: blocks.map(flipped) }),
  };
}

/**
 * The beam's wedges as another machine has them. @throws IsocenterError MACHINE when it lacks the wedges or the tray that the beam
 * carries.
 */
export function onMachine(beam: Beam, machine: Machine): Beam {
  const refuse = (what: string, attribute: string): IsocenterError =>
    new IsocenterError('MACHINE', `${machine.name} has no ${what}: take it out of the beam first`, {
      object: `Beam ${beam.number} (${beam.name})`,
      attribute,
    });
  const factor = beam.totalBlockTrayFactor;
  if (factor !== undefined && factor !== 1 && !machine.trays.some(({ transmission }) => transmission === factor))
    throw refuse(`tray that lets ${factor} through`, 'TotalBlockTrayFactor');
  if (beam.wedges === undefined) return beam;
  const own = (wedge: Wedge): Wedge => {
    const known = machine.wedges.find(({ id, angle }) => id === wedge.id && Math.round(angle) === wedge.angle);
    if (known === undefined) throw refuse(`wedge ${wedge.id ?? ''} of ${wedge.angle ?? '?'}°`, 'WedgeID');
    const { factor: _factor, ...rest } = wedge;
    return { ...rest, sourceToWedgeTray: known.sourceDistance };
  };
  return { ...beam, wedges: beam.wedges.map(own) };
}
