import type { Beam, ControlPoint } from '../../model/plan.ts';
import type { MuTables } from './tables.ts';

/** A beam without jaws of its own is open to here, mm. */
const WIDEST = 200;

/** A beam's opening for a part of its meterset, in beam limiting device coordinates at the isocenter plane (mm). */
export interface Opening {
  /** Share of the meterset, 0..1. */
  readonly share: number;
  readonly point: ControlPoint;
  /** Sides of the jaw opening: [x1, x2, y1, y2]. */
  readonly jaws: readonly [number, number, number, number];
  /** Share of the primary radiation that reaches (x, y). */
  readonly transmitted: (x: number, y: number) => number;
}

/** The openings of a beam: one a step of its control points, collimators half way between both. */
export function openingsOf(beam: Beam, tables: MuTables): Opening[] {
  const openings: Opening[] = [];
  for (let n = 1; n < beam.controlPoints.length; n++) {
    const [from, to] = [beam.controlPoints[n - 1], beam.controlPoints[n]];
    const share = (to.metersetWeight - from.metersetWeight) / beam.finalMetersetWeight;
    if (share > 0) openings.push(opening(beam, halfWay(from, to), share, tables));
  }
  return openings;
}

function opening(beam: Beam, point: ControlPoint, share: number, tables: MuTables): Opening {
  const pair = (types: readonly (keyof ControlPoint['positions'])[]): readonly [number, number] => {
    const found = types.map((type) => point.positions[type]).find((values) => values !== undefined);
    return found === undefined ? [-WIDEST, WIDEST] : [found[0], found[1]];
  };
  const [x1, x2] = pair(['ASYMX', 'X']);
  const [y1, y2] = pair(['ASYMY', 'Y']);
  const leaves = beam.devices.flatMap(({ type, pairs, leafBoundaries }) => {
    const positions = point.positions[type];
    return leafBoundaries === undefined || positions === undefined
      ? []
      : [{ along: type === 'MLCY' ? ('y' as const) : ('x' as const), pairs, leafBoundaries, positions }];
  });
  const blocks = (beam.blocks ?? []).map((block) => ({ ...block, through: block.transmission ?? 0 }));
  const transmitted = (x: number, y: number): number => {
    let share = x >= x1 && x <= x2 && y >= y1 && y <= y2 ? 1 : tables.transmission.jaws;
    for (const { along, pairs, leafBoundaries, positions } of leaves) {
      const [u, v] = along === 'x' ? [x, y] : [y, x];
      const pairIndex = leafBoundaries.findIndex((edge, n) => n > 0 && v < edge) - 1;
      const open =
        pairIndex >= 0 && v >= leafBoundaries[0] && u > positions[pairIndex] && u < positions[pairs + pairIndex];
      if (!open) share *= tables.transmission.leaves;
    }
    for (const { type, outline, through } of blocks)
      if (inside(outline, x, y) === (type === 'SHIELDING')) share *= through;
    return share;
  };
  return { share, point, jaws: [x1, x2, y1, y2], transmitted };
}

function halfWay(from: ControlPoint, to: ControlPoint): ControlPoint {
  const mean = (a: number, b: number): number => (a + b) / 2;
  const turn = ((((to.gantry - from.gantry + 180) % 360) + 360) % 360) - 180;
  const signed = from.gantryDirection === 'CW' && turn < 0 ? turn + 360 : from.gantryDirection === 'CC' && turn > 0 ? turn - 360 : turn; // biome-ignore format: one line
  const positions = Object.fromEntries(
    Object.entries(from.positions).map(([type, values]) => {
      const next = to.positions[type as keyof ControlPoint['positions']] ?? values;
      return [type, values.map((value, n) => mean(value, next[n]))];
    }),
  );
  return { ...from, gantry: from.gantry + signed / 2, collimator: mean(from.collimator, to.collimator), positions };
}

function inside(outline: readonly number[], x: number, y: number): boolean {
  let odd = false;
  for (let n = 0, last = outline.length - 2; n < outline.length; last = n, n += 2) {
    const [xa, ya, xb, yb] = [outline[n], outline[n + 1], outline[last], outline[last + 1]];
    if (ya > y !== yb > y && x < xa + ((y - ya) / (yb - ya)) * (xb - xa)) odd = !odd;
  }
  return odd;
}
