import { transformPoint } from '../../geometry/affine.ts';
import { bldFromPatient, projectToIsocenterPlane, sourcePosition } from '../../geometry/iec.ts';
import type { Mat4 } from '../../geometry/affine.ts';
import { sampleAtPoint, type Volume } from '../../geometry/volume.ts';
import type { Vec3 } from '../../geometry/vec.ts';
import type { Beam } from '../../model/plan.ts';
import type { Machine } from '../machine/machine.ts';
import { collimatorScatter, equivalentSquare, fieldFactor } from './fieldFactor.ts';
import { type Opening, openingsOf } from './opening.ts';
import { depthRange, lookUp, type MuTables, tissueFactor } from './tables.ts';

/** Steps along the ray to the point, mm. */
const STEP = 1;
/** How far before the isocenter a ray starts to look for the patient, mm. */
const BEFORE = 900;

/** Dose per monitor unit at a point by factors, with the factors. */
export interface BeamRate {
  /** Gy/MU */
  readonly rate: number;
  /** Mean over the meterset: water-equivalent depth in mm, and the factors. */
  readonly depth: number;
  readonly collimatorScatter: number;
  readonly tissue: number;
  readonly inverseSquare: number;
  readonly offAxis: number;
  /** Wedges and trays. */
  readonly modifiers: number;
  /** What makes the check less sure, or impossible where `rate` is NaN. */
  readonly remarks: readonly string[];
}

/**
 * Dose per MU of a beam at a point in the patient (LPS mm), after AAPM TG-114 (Med. Phys. 38 (2011) 504), summed over the beam's openings:
 * D/MU = D'0 · Sc · [Sp·TPR] · (SAD/r)² · OAR · WF · TF, at the water-equivalent depth along the ray. Nothing of the dose engines enters:
 * factors come from tables, and of the machine its calibration condition, SAD and trays.
 * @param density g/cm³, as the beam saw it
 */
export function beamRate(
  beam: Beam,
  machine: Machine,
  tables: MuTables,
  density: Volume<Float32Array>,
  iecFromLps: Mat4,
  at: Vec3,
): BeamRate {
  const remarks = new Set<string>();
  const unit = calibrationRate(machine, tables);
  const modifiers = modifierFactor(beam, machine, tables, remarks);
  const sum = { rate: 0, depth: 0, collimatorScatter: 0, tissue: 0, inverseSquare: 0, offAxis: 0 };
  const [shallow, deep] = depthRange(tables);
  for (const opening of openingsOf(beam, tables)) {
    const { point, share } = opening;
    const bld = bldFromPatient(point, point.isocenter, iecFromLps);
    const source = sourcePosition(point, point.isocenter, beam.sourceAxisDistance, iecFromLps);
    const plane = projectToIsocenterPlane(bld, beam.sourceAxisDistance, at);
    const depth = waterDepth(density, source, at);
    if (depth < shallow || depth > deep)
      remarks.add(
        `the point is ${(depth / 10).toFixed(1)} cm deep; tables hold from ${shallow / 10} to ${deep / 10} cm`,
      );
    if (plane === undefined) continue;
    if (equivalentSquare(opening.jaws) > tables.tissue.sides[tables.tissue.sides.length - 1])
      remarks.add('the field is larger than the tables go');
    const distance = beam.sourceAxisDistance - transformPoint(bld, at)[2];
    const factors = {
      depth,
      collimatorScatter: collimatorScatter(tables, opening.jaws),
      tissue: fieldFactor(
        tables,
        opening,
        Math.min(deep, Math.max(shallow, depth)),
        ...plane,
        distance / beam.sourceAxisDistance,
      ),
      inverseSquare: (beam.sourceAxisDistance / distance) ** 2,
      offAxis: lookUp(tables.offAxis, Math.hypot(...plane)),
    };
    for (const [key, value] of Object.entries(factors)) sum[key as keyof typeof factors] += share * value;
    const { collimatorScatter: sc, tissue, inverseSquare, offAxis } = factors;
    sum.rate += share * unit * sc * tissue * inverseSquare * offAxis * modifiers;
  }
  return { ...sum, modifiers, remarks: [...remarks] };
}

/** Gy/MU in the reference condition of the tables (SAD, 100 mm deep, 100 mm field), from that of the machine. */
function calibrationRate({ calibration, sourceAxisDistance }: Machine, tables: MuTables): number {
  const { dosePerMu, sourceSurfaceDistance, depth, fieldSize } = calibration;
  const distance = sourceSurfaceDistance + depth;
  const field = (fieldSize * distance) / sourceAxisDistance;
  return (
    dosePerMu /
    (lookUp(tables.collimatorScatter, fieldSize) *
      tissueFactor(tables, depth, field) *
      (sourceAxisDistance / distance) ** 2)
  );
}

function modifierFactor(beam: Beam, machine: Machine, tables: MuTables, remarks: Set<string>): number {
  let factor = beam.totalBlockTrayFactor ?? 1;
  if (beam.totalBlockTrayFactor === undefined)
    for (const id of new Set((beam.blocks ?? []).map(({ trayId }) => trayId)))
      factor *= machine.trays.find((tray) => tray.id === id)?.transmission ?? 1;
  for (const { id } of beam.wedges ?? []) {
    const known = tables.wedgeFactors[id ?? ''];
    if (known === undefined) remarks.add(`the tables have no factor of wedge ${id ?? '?'}: the beam is not checked`);
    factor *= known ?? Number.NaN;
  }
  if ((beam.compensators ?? []).length > 0) {
    remarks.add('compensators are not checked');
    return Number.NaN;
  }
  return factor;
}

/** ∫ρ dl from the source to a point, in mm of water. */
function waterDepth(density: Volume<Float32Array>, source: Vec3, at: Vec3): number {
  const way: Vec3 = [at[0] - source[0], at[1] - source[1], at[2] - source[2]];
  const length = Math.hypot(...way);
  const steps = Math.ceil(Math.min(length, BEFORE) / STEP);
  let sum = 0;
  for (let n = 0; n < steps; n++) {
    const back = ((n + 0.5) * STEP) / length;
    sum += sampleAtPoint(density, [at[0] - back * way[0], at[1] - back * way[1], at[2] - back * way[2]], 0);
  }
  return sum * STEP;
}

/** Mean share of the primary radiation that reaches a point over the meterset. */
export function openShare(beam: Beam, tables: MuTables, iecFromLps: Mat4, at: Vec3): number {
  return openingsOf(beam, tables).reduce((sum, { share, point, transmitted }: Opening) => {
    const plane = projectToIsocenterPlane(
      bldFromPatient(point, point.isocenter, iecFromLps),
      beam.sourceAxisDistance,
      at,
    );
    return plane === undefined ? sum : sum + share * transmitted(...plane);
  }, 0);
}
