import { IsocenterError } from '../../contract/errors.ts';
import { edgeOf, opennessAt, roundedTip } from '../../dosimetry/beam/edge.ts';
import { backscatterFactor } from '../../dosimetry/beam/monitorBackscatter.ts';
import type { Machine } from '../../dosimetry/machine/machine.ts';
import type { BixelLattice } from '../../dosimetry/pencilBeam/fluence/bixelGeometry.ts';
import { type BixelGrid, gridOf } from './bixelGrid.ts';
import { ExtraFocal, type JawSetting } from './extraFocal.ts';
import { type LeafPart, leafParts } from './leafParts.ts';
import { MovingEdge } from './movingEdge.ts';

/**
 * What the leaves of a machine let through to the bixels of one direction, and the transpose of its derivative: the model of
 * dosimetry/beam/leafStrips.ts averaged over bixels (rounded tips and their offset, transmission, tongue and groove, jaws), without the
 * source's size, which the dose of a bixel has in it already. Of leaves that move, each end's openness is averaged over its way; where a tongue
 * lies in a groove, the nearer of two ends is that of the averages. Leaf positions as DICOM has them: all of the negative side, then all positive.
 * A fluence is made in two steps, so that apertures of one direction share the second: openings summed on the grid, then bixel weights with
 * the extra-focal source and the monitor's backscatter.
 */
export class ApertureFluence {
  readonly grid: BixelGrid;
  /** Leaf pairs over the bixels. */
  readonly pairs: readonly number[];
  readonly bixels: number;
  readonly #alongX: boolean;
  readonly #leaves: number;
  readonly #end: MovingEdge;
  readonly #offset: number;
  readonly #transmission: number;
  readonly #overlapClosed: number;
  readonly #overlapHalf: number;
  /** By row of bixels across the leaves. */
  readonly #parts: readonly (readonly LeafPart[])[];
  /** What jaws let through, by bixel of the grid; with the monitor's backscatter. */
  readonly #jaws: Float64Array;
  readonly #places: Uint32Array;
  readonly #extraFocal: ExtraFocal | undefined;
  readonly #sums: Float64Array;
  /** By leaf pair and bixel along the leaves: how open either side alone leaves it. */
  readonly #low: Float64Array;
  readonly #high: Float64Array;
  readonly #lowGradient: Float64Array;
  readonly #highGradient: Float64Array;

  /** @throws IsocenterError MACHINE for a machine without leaves, USAGE for bixels that lie on no regular lattice. */
  constructor(lattice: BixelLattice, machine: Machine, jaws: JawSetting) {
    const { mlc } = machine;
    if (mlc === undefined) throw new IsocenterError('MACHINE', 'has no MLC', { object: machine.name });
    const { grid, places } = gridOf(lattice);
    this.grid = grid;
    this.#places = places;
    this.bixels = places.length;
    this.#alongX = mlc.type === 'MLCX';
    this.#leaves = mlc.leafBoundaries.length - 1;
    this.#offset = mlc.leafEnd.offset;
    this.#transmission = mlc.transmission;
    this.#overlapClosed = mlc.interleaf ?? mlc.transmission;
    this.#overlapHalf = Math.sqrt(mlc.transmission);
    const magnification = machine.sourceAxisDistance / mlc.sourceDistance;
    this.#end = new MovingEdge(edgeOf(grid.width, 0, roundedTip(mlc.leafEnd, mlc.transmission, magnification)));
    const across = this.#alongX ? 1 : 0;
    this.#parts = Array.from({ length: across === 1 ? grid.rows : grid.columns }, (_, n) => {
      const low = grid.first[across] + (n - 0.5) * grid.width;
      return leafParts(low, low + grid.width, mlc.leafBoundaries, mlc.tongueAndGroove);
    });
    const under = this.#parts.flat().filter(({ other }) => other === undefined);
    this.pairs = [...new Set(under.map(({ pair }) => pair))].sort((a, b) => a - b);
    this.#jaws = jawFactors(grid, machine, jaws);
    this.#extraFocal =
      machine.beam.extraFocal.weight > 0 ? new ExtraFocal(grid, machine, mlc.sourceDistance, jaws) : undefined;
    this.#sums = new Float64Array(grid.columns * grid.rows);
    const along = this.#leaves * (this.#alongX ? grid.columns : grid.rows);
    this.#low = new Float64Array(along);
    this.#high = new Float64Array(along);
    this.#lowGradient = new Float64Array(along);
    this.#highGradient = new Float64Array(along);
  }

  /** Adds `weight` times what leaves let through that move evenly from one shape to another (the same for leaves at rest) to `open`, on the grid. */
  addOpening(begin: Float64Array, end: Float64Array, weight: number, open: Float64Array): void {
    this.#look(begin, end);
    const [low, high] = [this.#low, this.#high];
    this.#visit((part, count, place) => {
      const a = count * part.pair;
      const b = count * (part.other ?? 0);
      const share = weight * part.share;
      for (let n = 0; n < count; n++) {
        const one = Math.max(0, low[a + n] + high[a + n] - 1);
        const through =
          part.other === undefined
            ? this.#transmission + (1 - this.#transmission) * one
            : this.#overlap(
                one,
                Math.max(0, low[b + n] + high[b + n] - 1),
                Math.max(0, Math.min(low[a + n], low[b + n]) + Math.min(high[a + n], high[b + n]) - 1),
              );
        open[place(n)] += share * through;
      }
    });
  }

  /** Adds to `ofBegin` and `ofEnd` what `gradient` (on the grid) says of the two shapes, and returns what it says of the weight. */
  addOpeningGradient(
    begin: Float64Array,
    end: Float64Array,
    weight: number,
    gradient: Float64Array,
    ofBegin: Float64Array,
    ofEnd: Float64Array,
  ): number {
    this.#look(begin, end);
    const [low, high] = [this.#low, this.#high];
    const lowGradient = this.#lowGradient.fill(0);
    const highGradient = this.#highGradient.fill(0);
    let ofWeight = 0;
    this.#visit((part, count, place) => {
      const a = count * part.pair;
      const b = count * (part.other ?? 0);
      for (let n = 0; n < count; n++) {
        const wanted = gradient[place(n)] * part.share;
        if (wanted === 0) continue;
        const one = Math.max(0, low[a + n] + high[a + n] - 1);
        if (part.other === undefined) {
          ofWeight += wanted * (this.#transmission + (1 - this.#transmission) * one);
          if (one === 0) continue;
          lowGradient[a + n] += wanted * (1 - this.#transmission);
          highGradient[a + n] += wanted * (1 - this.#transmission);
          continue;
        }
        const two = Math.max(0, low[b + n] + high[b + n] - 1);
        const both = Math.max(0, Math.min(low[a + n], low[b + n]) + Math.min(high[a + n], high[b + n]) - 1);
        ofWeight += wanted * this.#overlap(one, two, both);
        const single = wanted * (this.#overlapHalf - this.#overlapClosed);
        if (one > 0) {
          lowGradient[a + n] += single;
          highGradient[a + n] += single;
        }
        if (two > 0) {
          lowGradient[b + n] += single;
          highGradient[b + n] += single;
        }
        if (both === 0) continue;
        const double = wanted * (1 - 2 * this.#overlapHalf + this.#overlapClosed);
        // Of two ends that stand alike either is the nearer one.
        const lowShare = low[a + n] < low[b + n] ? 1 : low[a + n] > low[b + n] ? 0 : 0.5;
        const highShare = high[a + n] < high[b + n] ? 1 : high[a + n] > high[b + n] ? 0 : 0.5;
        lowGradient[a + n] += double * lowShare;
        lowGradient[b + n] += double * (1 - lowShare);
        highGradient[a + n] += double * highShare;
        highGradient[b + n] += double * (1 - highShare);
      }
    });
    this.#toLeaves(begin, end, weight, ofBegin, ofEnd);
    return ofWeight;
  }

  /** Bixel weights of openings on the grid. */
  toBixels(open: Float64Array, bixels: Float64Array): void {
    const sums = this.#sums;
    for (let n = 0; n < sums.length; n++) sums[n] = open[n];
    this.#extraFocal?.add(open, sums);
    for (let n = 0; n < this.bixels; n++) bixels[n] = sums[this.#places[n]] * this.#jaws[this.#places[n]];
  }

  /** Overwrites `gradient` (on the grid) with what a gradient on bixel weights says of openings: the transpose of `toBixels`. */
  fromBixels(bixels: Float64Array, gradient: Float64Array): void {
    const sums = this.#sums.fill(0);
    for (let n = 0; n < this.bixels; n++) sums[this.#places[n]] = bixels[n] * this.#jaws[this.#places[n]];
    gradient.set(sums);
    this.#extraFocal?.addTranspose(sums, gradient);
  }

  #overlap(one: number, two: number, both: number): number {
    const [closed, half] = [this.#overlapClosed, this.#overlapHalf];
    return closed + (half - closed) * (one + two) + (1 - 2 * half + closed) * both;
  }

  /** Middle of bixel n along the leaves, mm. */
  #at(n: number): number {
    return this.grid.first[this.#alongX ? 0 : 1] + n * this.grid.width;
  }

  #look(begin: Float64Array, end: Float64Array): void {
    const count = this.#alongX ? this.grid.columns : this.grid.rows;
    const [from, to] = [Math.max(0, this.pairs[0] - 1), Math.min(this.#leaves - 1, (this.pairs.at(-1) ?? 0) + 1)];
    for (let pair = from; pair <= to; pair++) {
      const high = this.#leaves + pair;
      for (let n = 0; n < count; n++) {
        const at = this.#at(n);
        this.#low[count * pair + n] = this.#end.mean(at - begin[pair] + this.#offset, at - end[pair] + this.#offset);
        this.#high[count * pair + n] = this.#end.mean(begin[high] + this.#offset - at, end[high] + this.#offset - at);
      }
    }
  }

  #toLeaves(begin: Float64Array, end: Float64Array, weight: number, ofBegin: Float64Array, ofEnd: Float64Array): void {
    const count = this.#alongX ? this.grid.columns : this.grid.rows;
    for (const pair of this.pairs) {
      const high = this.#leaves + pair;
      for (let n = 0; n < count; n++) {
        const at = this.#at(n);
        const low = weight * this.#lowGradient[count * pair + n];
        if (low !== 0) {
          const [a, b] = [at - begin[pair] + this.#offset, at - end[pair] + this.#offset];
          ofBegin[pair] -= low * this.#end.slope(a, b);
          ofEnd[pair] -= low * this.#end.slope(b, a);
        }
        const up = weight * this.#highGradient[count * pair + n];
        if (up === 0) continue;
        const [a, b] = [begin[high] + this.#offset - at, end[high] + this.#offset - at];
        ofBegin[high] += up * this.#end.slope(a, b);
        ofEnd[high] += up * this.#end.slope(b, a);
      }
    }
  }

  #visit(use: (part: LeafPart, count: number, place: (n: number) => number) => void): void {
    const { columns, rows } = this.grid;
    const count = this.#alongX ? columns : rows;
    for (const [across, parts] of this.#parts.entries()) {
      const place = this.#alongX ? (n: number) => n + columns * across : (n: number) => across + columns * n;
      for (const part of parts) use(part, count, place);
    }
  }
}

function jawFactors(grid: BixelGrid, machine: Machine, { x, y }: JawSetting): Float64Array {
  const sharp = edgeOf(grid.width, 0);
  const inside = (axis: 0 | 1, n: number, [low, high]: readonly [number, number]): number => {
    const at = grid.first[axis] + n * grid.width;
    const open = Math.max(0, opennessAt(sharp, at - low) + opennessAt(sharp, high - at) - 1);
    return machine.beam.jawTransmission + (1 - machine.beam.jawTransmission) * open;
  };
  const output = backscatterFactor(machine, { weight: 1, positions: { ASYMX: x, ASYMY: y } });
  return Float64Array.from(
    { length: grid.columns * grid.rows },
    (_, n) => output * inside(0, n % grid.columns, x) * inside(1, Math.floor(n / grid.columns), y),
  );
}
