import { beamClearance, type Clearance, couchUnder, type Surroundings } from '#shared/clearance/clearance.ts';
import { type ClearanceModel, TYPICAL_CLEARANCE } from '#shared/clearance/model.ts';
import { skinPoints } from '#shared/clearance/skin.ts';
import { machineByName, machineNames } from '#shared/dosimetry/machine/machines.ts';
import { iecFromPatient } from '#shared/geometry/iec.ts';
import type { Beam } from '#shared/model/plan.ts';
import type { StructureSet } from '#shared/model/structures.ts';

/** The outer sizes of a beam's machine, and whether its file states them. */
export function clearanceModelOf({ machine }: Pick<Beam, 'machine'>): { model: ClearanceModel; stated: boolean } {
  const stated = machineNames().includes(machine) ? machineByName(machine).clearance : undefined;
  return { model: stated ?? TYPICAL_CLEARANCE, stated: stated !== undefined };
}

const known = new WeakMap<StructureSet, Map<string, Surroundings>>();

/** What a head of this model can meet with the patient lying so; remembered by structure set. */
export function surroundingsOf(
  structures: StructureSet,
  model: ClearanceModel,
  position: string,
): Surroundings | undefined {
  const iecFromLps = iecFromPatient(position);
  if (iecFromLps === undefined) return undefined;
  const of = known.get(structures) ?? new Map<string, Surroundings>();
  known.set(structures, of);
  const key = JSON.stringify([model.couch, position]);
  let around = of.get(key);
  if (around === undefined) {
    const skin = skinPoints(structures);
    around = { skin, couch: couchUnder(skin, model, iecFromLps) };
    of.set(key, around);
  }
  return around;
}

const nearest = new WeakMap<Beam, { readonly around: Surroundings; readonly clearance: Clearance | undefined }>();

/** The nearest approach of a beam's head; remembered by beam. Undefined without a body or machine coordinates. */
export function clearanceOf(beam: Beam, structures: StructureSet, position: string): Clearance | undefined {
  const iecFromLps = iecFromPatient(position);
  const { model } = clearanceModelOf(beam);
  const around = surroundingsOf(structures, model, position);
  if (around === undefined || iecFromLps === undefined) return undefined;
  const before = nearest.get(beam);
  if (before?.around === around) return before.clearance;
  const clearance = beamClearance(beam, around, model, iecFromLps);
  nearest.set(beam, { around, clearance });
  return clearance;
}

/** How a clearance is to be taken: met, near, or free. */
export const clearanceLevel = ({ distance }: Clearance, { margin }: ClearanceModel): 'met' | 'near' | 'free' =>
  distance <= 0 ? 'met' : distance < margin ? 'near' : 'free';
