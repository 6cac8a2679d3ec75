import { bldFromPatient, iecFromPatient } from '#shared/geometry/iec.ts';
import { lightField, nearestSkin, surfaceDistance } from '#shared/beamsEye/lightField.ts';
import { type Skin, type SkinHit, skinOf } from '#shared/beamsEye/skin.ts';
import type { Vec3 } from '#shared/geometry/vec.ts';
import type { Beam, Plan } from '#shared/model/plan.ts';
import type { Contour, StructureSet } from '#shared/model/structures.ts';
import type { ShownBeam } from './shownBeam.ts';

const known = new WeakMap<readonly Contour[], Skin | null>();

/** The surface of contours; undefined for contours that have none. */
function skinFrom(contours: readonly Contour[], name: string): Skin | undefined {
  let skin = known.get(contours);
  if (skin === undefined) {
    try {
      skin = skinOf(contours, name);
    } catch {
      skin = null;
    }
    known.set(contours, skin);
  }
  return skin ?? undefined;
}

/** The patient's skin and the boli that lie on it while a beam is on. */
interface BeamSkin {
  readonly skin: Skin;
  /** The skin with the beam's boli; the same where it has none. */
  readonly outer: Skin;
}

/** Undefined without a BODY. */
function beamSkin(beam: Beam, structures: StructureSet): BeamSkin | undefined {
  const body = structures.rois.find(({ type, contours }) => type === 'EXTERNAL' && contours.length > 0);
  const skin = body === undefined ? undefined : skinFrom(body.contours, body.name);
  if (skin === undefined) return undefined;
  const boli = (beam.boluses ?? []).flatMap(({ roiNumber }) => {
    const roi = structures.rois.find(({ number }) => number === roiNumber);
    return (roi === undefined ? undefined : skinFrom(roi.contours, roi.name)) ?? [];
  });
  return { skin, outer: boli.length === 0 ? skin : nearestSkin([skin, ...boli]) };
}

/** Source to skin, and to what lies on it, along the ray through a place of the isocenter plane in gantry axes, mm. */
export function distancesAt(
  { beam, frame }: ShownBeam,
  structures: StructureSet,
  x = 0,
  y = 0,
): { readonly skin: SkinHit; readonly outer: SkinHit } | undefined {
  const surfaces = beamSkin(beam, structures);
  if (surfaces === undefined || frame === undefined) return undefined;
  const skin = surfaceDistance(surfaces.skin, frame, beam.sourceAxisDistance, x, y);
  const outer = surfaceDistance(surfaces.outer, frame, beam.sourceAxisDistance, x, y);
  return skin === undefined || outer === undefined ? undefined : { skin, outer };
}

const cast = new WeakMap<Beam, { readonly of: StructureSet; readonly lines: readonly (readonly Vec3[])[] }>();

/** The edge of a beam's light field on skin and boli at its first control point, LPS mm; empty without a BODY. */
export function lightFieldOf(plan: Plan, beam: Beam, structures: StructureSet): readonly (readonly Vec3[])[] {
  const skin = beamSkin(beam, structures)?.outer;
  const iecFromLps = iecFromPatient(plan.patientPosition);
  if (skin === undefined || iecFromLps === undefined) return [];
  const before = cast.get(beam);
  if (before?.of === structures) return before.lines;
  const [control] = beam.controlPoints;
  const lines = lightField(beam, control, bldFromPatient(control, control.isocenter, iecFromLps), skin);
  cast.set(beam, { of: structures, lines });
  return lines;
}
