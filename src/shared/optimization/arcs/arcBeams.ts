import type { Machine } from '../../dosimetry/machine/machine.ts';
import { createBeam } from '../../dosimetry/plan/arrange/planFactory.ts';
import type { Mat4 } from '../../geometry/affine.ts';
import type { Vec3 } from '../../geometry/vec.ts';
import type { Beam, ControlPoint } from '../../model/plan.ts';
import type { Apertures } from '../aperture/apertures.ts';
import type { ArcScheme, LaidArc } from './arcScheme.ts';

/** What a beam is given to, besides its arc. */
export interface ArcFrame {
  readonly machine: Machine;
  /** LPS mm. */
  readonly isocenter: Vec3;
  readonly iecFromLps: Mat4;
  /** Of the first beam. */
  readonly number: number;
}

/** Dynamic beams, one an arc, with their MU; dose rates are the machine's highest, which it lowers as speeds ask. */
export function arcBeams(scheme: ArcScheme, { shapes, weights }: Apertures, frame: ArcFrame): Beam[] {
  return scheme.arcs.map((arc, n) => arcBeam(arc, n, scheme, shapes, weights, frame));
}

function arcBeam(
  { settings, course, firstShape, runs, jaws }: LaidArc,
  n: number,
  { exposures }: ArcScheme,
  shapes: readonly Float64Array[],
  weights: Float64Array,
  { machine, isocenter, iecFromLps, number }: ArcFrame,
): Beam {
  const { collimator, couch, name } = settings;
  const angles = { gantry: course.angles[0], collimator, couch };
  const { beam } = createBeam({ number: number + n, name, machine, angles, isocenter, iecFromLps });
  const units = new Float64Array(course.angles.length);
  for (const { first, count } of runs)
    for (let k = first; k < first + count; k++) units[exposures[k].to - firstShape] = weights[k];
  const meterset = Math.round(units.reduce((sum, mu) => sum + mu, 0) * 1000) / 1000;
  const total = units.reduce((sum, mu) => sum + mu, 0);
  let given = 0;
  const last = course.angles.length - 1;
  const [like] = beam.controlPoints;
  const controlPoints = course.angles.map((gantry, k): ControlPoint => {
    given += units[k];
    return {
      ...like,
      gantry,
      gantryDirection: k === last ? 'NONE' : settings.direction,
      metersetWeight: k === last ? 1 : given / total,
      positions: {
        ASYMX: jaws.x,
        ASYMY: jaws.y,
        ...(machine.mlc && { [machine.mlc.type]: [...shapes[firstShape + k]] }),
      },
    };
  });
  return { ...beam, type: 'DYNAMIC', controlPoints, finalMetersetWeight: 1, meterset };
}
