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

/** Degrees of gantry or collimator rotation between two openings of the check at most. */
const TURN = 10;
/** Travel of a leaf between two openings at most, mm: the blur of the check's edges bridges it. */
const TRAVEL = 6;

/** The openings of a beam: one a step of its control points, half way between both, or several where it turns or its leaves go far. */
export function openingsOf(beam: Beam, tables: MuTables): Opening[] {
  const openings: Opening[] = [];
  for (let n = 1; n < beam.controlPoints.length; n++) {
    const [from, to] = [beam.controlPoints[n - 1], beam.controlPoints[n]];
    const share = (to.metersetWeight - from.metersetWeight) / beam.finalMetersetWeight;
    if (!(share > 0)) continue;
    const [gantry, collimator] = [signedTurn(from, to), shortTurn(from.collimator, to.collimator)];
    const parts = Math.max(
      1,
      Math.ceil(Math.max(Math.abs(gantry), Math.abs(collimator)) / TURN),
      Math.ceil(travel(from, to) / TRAVEL - 1e-6),
    );
    for (let part = 0; part < parts; part++)
      openings.push(opening(beam, onTheWay(from, to, (part + 0.5) / parts), share / parts, tables));
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
  const { leafEnd } = tables.transmission;
  const transmitted = (x: number, y: number): number => {
    let share = x >= x1 && x <= x2 && y >= y1 && y <= y2 ? 1 : tables.transmission.jaws;
    for (const { along, pairs, leafBoundaries, positions } of leaves) {
      const [u, v] = along === 'x' ? [x, y] : [y, x];
      const pairIndex = leafBoundaries.findIndex((edge, n) => n > 0 && v < edge) - 1;
      const open =
        pairIndex >= 0 &&
        v >= leafBoundaries[0] &&
        u > positions[pairIndex] - leafEnd &&
        u < positions[pairs + pairIndex] + leafEnd;
      if (!open) share *= tables.transmission.leaves;
    }
    for (const { type, outline, through } of blocks)
      if (inside(outline, x, y) === (type === 'SHIELDING')) share *= through;
    return share;
  };
  return { share, point, jaws: [x1, x2, y1, y2], transmitted };
}

/** Furthest way of a leaf or jaw between two control points, mm. */
function travel(from: ControlPoint, to: ControlPoint): number {
  let most = 0;
  for (const [type, values] of Object.entries(to.positions)) {
    const before = from.positions[type as keyof ControlPoint['positions']];
    for (const [n, value] of values.entries()) most = Math.max(most, Math.abs(value - (before?.[n] ?? value)));
  }
  return most;
}

/** Degrees the short way, −180 … 180. */
const shortTurn = (from: number, to: number): number => ((((to - from + 180) % 360) + 360) % 360) - 180;

function signedTurn(from: ControlPoint, to: ControlPoint): number {
  const turn = shortTurn(from.gantry, to.gantry);
  if (from.gantryDirection === 'CW' && turn < 0) return turn + 360;
  return from.gantryDirection === 'CC' && turn > 0 ? turn - 360 : turn;
}

/** What stands at a part (0 … 1) of the way between two control points. */
function onTheWay(from: ControlPoint, to: ControlPoint, part: number): ControlPoint {
  const positions = Object.fromEntries(
    Object.entries(from.positions).map(([type, values]) => {
      const next = to.positions[type as keyof ControlPoint['positions']] ?? values;
      return [type, values.map((value, n) => value + part * (next[n] - value))];
    }),
  );
  return {
    ...from,
    gantry: from.gantry + part * signedTurn(from, to),
    collimator: from.collimator + part * shortTurn(from.collimator, to.collimator),
    couch: from.couch + part * shortTurn(from.couch, to.couch),
    positions,
  };
}

function inside(outline: readonly number[], x: number, y: number): boolean {
  let odd = false;
  for (let n = 0, last = outline.length - 2; n < outline.length; last = n, n += 2) {
    const [xa, ya, xb, yb] = [outline[n], outline[n + 1], outline[last], outline[last + 1]];
    if (ya > y !== yb > y && x < xa + ((y - ya) / (yb - ya)) * (xb - xa)) odd = !odd;
  }
  return odd;
}
