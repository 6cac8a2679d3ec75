import type { Machine } from '../machine/machine.ts';
import { type Edge, edgeOf, roundedTip } from './edge.ts';
import { allAt, bothAt, type Interval, intervalOf, openAt, type Pixels } from './interval.ts';
import type { SourceView } from './sourceView.ts';

/** A part of an aperture: what a line of pixels along the leaves lets through, times the share of each line across them it fills. */
export interface Strip extends StripPlace {
  readonly row: Float64Array;
}

/** Where a strip lies across the leaves: of all apertures with the same pairs of jaws there the same object. */
interface StripPlace {
  /** First pixel across the leaves, and the shares from there on. */
  readonly from: number;
  readonly column: Float64Array;
}

/** Places that strips were found to have, undefined for those where nothing passes. */
export type StripPlaces = Map<string, StripPlace | undefined>;

/** The openings of one pair of jaws along the leaves and the other across them, with what the jaws let through. */
export interface Jaws {
  /** Says where the jaws across the leaves stand. */
  readonly key: string;
  readonly along: Interval;
  readonly across: Interval;
  readonly transmission: number;
}

/** What of an MLC does not change from aperture to aperture. */
export interface LeafOptics {
  readonly transmission: number;
  /** Where tongue and groove overlap: both leaves shut, and one of them. */
  readonly overlapClosed: number;
  readonly overlapHalf: number;
  /** Width of that overlap and how far leaf tips stand back, mm. */
  readonly overlap: number;
  readonly offset: number;
  /** From the isocenter plane to where the source sees the leaves' edges. */
  readonly scale: number;
  readonly end: Edge;
  readonly side: Edge;
}

/** Below this a strip's share of a line of pixels is left out. */
const NOTHING = 1e-9;

/** Tables of edges that the sources of a machine see, as they were made: aperture after aperture is drawn with them. */
const opticsOf = new WeakMap<Machine, Map<string, LeafOptics>>();

export function leafOptics(machine: Machine, view: SourceView, pixel: number): LeafOptics | undefined {
  if (machine.mlc === undefined) return undefined;
  const { sourceDistance } = machine.mlc;
  const [scale, sigma] = [view.magnification(sourceDistance), view.sigma(sourceDistance)];
  const known = opticsOf.get(machine) ?? new Map<string, LeafOptics>();
  opticsOf.set(machine, known);
  const key = `${scale} ${sigma} ${pixel}`;
  const optics = known.get(key) ?? makeOptics(machine, machine.mlc, scale, sigma, pixel);
  known.set(key, optics);
  return optics;
}

function makeOptics(
  machine: Machine,
  { transmission, interleaf, sourceDistance, leafEnd, tongueAndGroove }: NonNullable<Machine['mlc']>,
  scale: number,
  sigma: number,
  pixel: number,
): LeafOptics {
  const tip = roundedTip(leafEnd, transmission, (scale * machine.sourceAxisDistance) / sourceDistance);
  return {
    transmission,
    overlapClosed: interleaf ?? transmission,
    // A tongue or a groove's lip is half a leaf thick.
    overlapHalf: Math.sqrt(transmission),
    overlap: tongueAndGroove,
    offset: leafEnd.offset,
    scale,
    end: edgeOf(pixel, sigma, tip),
    side: edgeOf(pixel, sigma),
  };
}

/** No leaves: the opening of both pairs of jaws; none where nothing gets through. */
export function jawStrips({ key, along, across, transmission }: Jaws, places: StripPlaces): Strip[] {
  const through = (jaw: Interval): Float64Array =>
    line(jaw.low.length, (n) => transmission + (1 - transmission) * openAt(jaw, n));
  const place = placed(places, key, () => through(across));
  return place === undefined ? [] : [{ ...place, row: through(along) }];
}

/**
 * An MLC with its jaws as strips: one for every leaf pair (neighbours that stand alike together), one for every overlap of tongue and
 * groove between pairs that do not, one on each side beyond the leaves, which is shut. `edges` and `positions` as DICOM has them. Places are
 * looked up and kept in `places`.
 */
export function leafStrips(
  optics: LeafOptics,
  edges: readonly number[],
  positions: readonly number[],
  jaws: Jaws,
  along: Pixels,
  across: Pixels,
  places: StripPlaces,
): Strip[] {
  const pairs = edges.length - 1;
  const { offset, scale, overlap } = optics;
  const alike = (a: number, b: number): boolean =>
    positions[a] === positions[b] &&
    positions[a + pairs] === positions[b + pairs] &&
    (overlap === 0 || optics.overlapClosed === optics.transmission);
  const strips: Strip[] = [];
  const add = (from: number, to: number, row: () => Float64Array): void => {
    const place = placed(places, `${jaws.key} ${from} ${to}`, () =>
      columnOf(intervalOf(optics.side, from * scale, to * scale, across), jaws),
    );
    if (place !== undefined) strips.push({ ...place, row: row() });
  };
  const openings: Interval[] = [];
  for (let pair = 0; pair < pairs; pair++)
    openings.push(
      pair > 0 && alike(pair - 1, pair)
        ? openings[pair - 1]
        : intervalOf(optics.end, (positions[pair] - offset) * scale, (positions[pair + pairs] + offset) * scale, along),
    );
  const shut = (): Float64Array =>
    line(jaws.along.low.length, (n) => optics.transmission * jawAt(jaws, openAt(jaws.along, n)));
  add(-Infinity, edges[0], shut);
  let start = edges[0];
  for (let pair = 0; pair < pairs; pair++) {
    if (pair + 1 < pairs && openings[pair + 1] === openings[pair]) continue;
    const between = pair + 1 < pairs ? overlap / 2 : 0;
    add(start, edges[pair + 1] - between, () => pairRow(optics, openings[pair], jaws));
    start = edges[pair + 1] + between;
    if (between > 0)
      add(edges[pair + 1] - between, start, () => overlapRow(optics, openings[pair], openings[pair + 1], jaws));
  }
  add(edges[pairs], Infinity, shut);
  return strips;
}

/** The place of a column of shares, by its key: the part where something passes. */
function placed(places: StripPlaces, key: string, made: () => Float64Array): StripPlace | undefined {
  if (places.has(key)) return places.get(key);
  const column = made();
  const from = column.findIndex((share) => share > NOTHING);
  const last = column.findLastIndex((share) => share > NOTHING);
  const place = from < 0 ? undefined : { from, column: column.subarray(from, last + 1) };
  places.set(key, place);
  return place;
}

/** Values by pixel. */
function line(count: number, at: (n: number) => number): Float64Array {
  const out = new Float64Array(count);
  for (let n = 0; n < count; n++) out[n] = at(n);
  return out;
}

const jawAt = ({ transmission }: Jaws, open: number): number => transmission + (1 - transmission) * open;

/** Share of each line of pixels that lies in a strip and passes the jaws across the leaves. */
function columnOf(strip: Interval, { across, transmission }: Jaws): Float64Array {
  return line(strip.low.length, (n) => transmission * openAt(strip, n) + (1 - transmission) * bothAt(strip, across, n));
}

/** What passes a leaf pair and the jaws along it: (T + (1 − T)·leaf)·(T_jaw + (1 − T_jaw)·jaw), the openings correlated. */
function pairRow(
  { transmission: leaf }: LeafOptics,
  opening: Interval,
  { along, transmission: jaw }: Jaws,
): Float64Array {
  return line(
    opening.low.length,
    (n) =>
      leaf * jaw +
      leaf * (1 - jaw) * openAt(along, n) +
      (1 - leaf) * jaw * openAt(opening, n) +
      (1 - leaf) * (1 - jaw) * bothAt(opening, along, n),
  );
}

/** What passes the tongue of one pair in the groove of the next: open where both are, half a leaf where one is shut. */
function overlapRow(
  { overlapClosed, overlapHalf }: LeafOptics,
  a: Interval,
  b: Interval,
  { along, transmission: jaw }: Jaws,
): Float64Array {
  const through = (one: number, other: number, both: number): number =>
    (overlapHalf - overlapClosed) * (one + other) + (1 - 2 * overlapHalf + overlapClosed) * both;
  return line(a.low.length, (n) => {
    const byJaw = overlapClosed + through(openAt(a, n), openAt(b, n), bothAt(a, b, n));
    const inJaw =
      overlapClosed * openAt(along, n) + through(bothAt(a, along, n), bothAt(b, along, n), allAt(a, b, along, n));
    return jaw * byJaw + (1 - jaw) * inJaw;
  });
}
