import type { Machine } from '../../dosimetry/machine/machine.ts';
import type { Apertures } from '../aperture/apertures.ts';
import type { DoseOperator } from '../influence/doseOperator.ts';
import type { ArcScheme } from './arcScheme.ts';
import { type FluenceRow, smoothedRow, sweepMeterset, sweptRow } from './sweep.ts';

/** A sector of a run that one fluence map stands for: exposures from `first` on, and the direction in its middle. */
export interface ArcSector {
  readonly first: number;
  readonly count: number;
  readonly direction: number;
}

/** Of the rows of a sector's fluence so many are swept as they are; the others are smoothed until they need no more MU. */
const ROWS_AS_THEY_ARE = 0.3;

/** Shut pairs wait so far behind a jaw, mm. */
const BESIDE_JAW = 5;

/** Runs cut into sectors of about `width` degrees. */
export function arcSectors({ arcs, exposures }: ArcScheme, width: number): ArcSector[] {
  return arcs.flatMap(({ runs, course }) =>
    runs.flatMap(({ first, count }) => {
      const sectors = Math.max(1, Math.round((count * course.step) / width));
      return Array.from({ length: sectors }, (_, n) => {
        const from = first + Math.round((n * count) / sectors);
        const size = first + Math.round(((n + 1) * count) / sectors) - from;
        return { first: from, count: size, direction: exposures[from + Math.floor(size / 2)].direction };
      }).filter(({ count: size }) => size > 0);
    }),
  );
}

/**
 * Apertures from one fluence map a sector: each is swept over its sector by a sliding window, to and fro in turn, so that the leaves are where
 * the next sector begins.
 * @param fluence bixel weights of all directions, MU; those of the sectors' directions are looked at.
 */
export function sweptSectors(
  scheme: ArcScheme,
  sectors: readonly ArcSector[],
  machine: Machine,
  operator: DoseOperator,
  fluence: Float64Array,
): Apertures {
  const edges = machine.mlc?.leafBoundaries ?? [];
  const bank = edges.length - 1;
  const along = machine.mlc?.type === 'MLCY' ? 'y' : 'x';
  const shapes = scheme.arcs.flatMap(({ course }) => course.angles.map(() => new Float64Array(2 * bank)));
  const met = new Uint8Array(shapes.length);
  const weights = new Float64Array(scheme.exposures.length);
  for (const [s, { first, count, direction }] of sectors.entries()) {
    const { lattice, from, aimed = lattice.middles.length } = operator.directions[direction];
    const seen = { ...lattice, middles: lattice.middles.slice(0, aimed) };
    const rows = fluenceRows(seen, fluence.subarray(from, from + aimed), machine);
    const beside = besideJaws(scheme, first, along);
    const needs = [...rows.values()].map(sweepMeterset).sort((a, b) => a - b);
    const meterset = Math.max(needs[Math.floor((needs.length - 1) * ROWS_AS_THEY_ARE)], Number.MIN_VALUE);
    weights.fill(meterset / count, first, first + count);
    for (let k = 0; k <= count; k++) {
      const at = k < count ? scheme.exposures[first + k].from : scheme.exposures[first + k - 1].to;
      // Where two sectors meet, their leaves do halfway.
      const share = 1 / (1 + met[at]++);
      for (let pair = 0; pair < bank; pair++) {
        const row = rows.get(pair);
        if (row === undefined) {
          for (const leaf of [pair, bank + pair]) shapes[at][leaf] += share * (beside - shapes[at][leaf]);
          continue;
        }
        const swept = sweptRow(smoothedRow(row, meterset), meterset, count, s % 2 === 0);
        shapes[at][pair] += share * (swept.low[k] - shapes[at][pair]);
        shapes[at][bank + pair] += share * (swept.high[k] - shapes[at][bank + pair]);
      }
    }
  }
  return { shapes, weights };
}

/** Where pairs that no target asks anything of wait shut: behind a jaw of the exposure's arc. */
function besideJaws({ arcs }: ArcScheme, exposure: number, along: 'x' | 'y'): number {
  const { jaws } = arcs.find(({ runs }) => runs.some(({ first, count }) => exposure >= first && exposure < first + count))!; // biome-ignore format: one line
  return jaws[along][1] + BESIDE_JAW;
}

/** By leaf pair: the mean of the bixels under it, place by place along the leaves. */
function fluenceRows(
  { width, middles }: DoseOperator['directions'][number]['lattice'],
  fluence: Float64Array,
  machine: Machine,
): Map<number, FluenceRow> {
  const edges = machine.mlc?.leafBoundaries ?? [];
  const [along, across] = machine.mlc?.type === 'MLCY' ? [1, 0] : [0, 1];
  const bixelsOf = new Map<number, number[]>();
  for (const [n, middle] of middles.entries()) {
    const pair = edges.findIndex(
      (edge, p) => p < edges.length - 1 && middle[across] >= edge && middle[across] < edges[p + 1],
    );
    if (pair >= 0) bixelsOf.set(pair, [...(bixelsOf.get(pair) ?? []), n]);
  }
  const rows = new Map<number, FluenceRow>();
  for (const [pair, bixels] of bixelsOf) {
    const places = bixels.map((n) => middles[n][along]);
    const first = Math.min(...places);
    const weights = new Float64Array(1 + Math.round((Math.max(...places) - first) / width));
    const counts = new Float64Array(weights.length);
    for (const [k, n] of bixels.entries()) {
      const place = Math.round((places[k] - first) / width);
      weights[place] += fluence[n];
      counts[place]++;
    }
    rows.set(pair, { first, width, weights: weights.map((sum, n) => (counts[n] > 0 ? sum / counts[n] : 0)) });
  }
  return rows;
}
