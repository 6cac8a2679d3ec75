import { IsocenterError } from '../../contract/errors.ts';
import { edgeOf, opennessAt } from '../../dosimetry/beam/edge.ts';
import { backscatterFactor } from '../../dosimetry/beam/monitorBackscatter.ts';
import type { Machine } from '../../dosimetry/machine/machine.ts';
import type { BixelLattice } from '../../dosimetry/pencilBeam/fluence/bixelGeometry.ts';
import { type BixelGrid, gridOf } from './bixelGrid.ts';
import { ExtraFocal, type JawSetting } from './extraFocal.ts';
import { LeafEnds, type SeenEnds } from './leafEnds.ts';
import { type LeafPart, leafParts } from './leafParts.ts';

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
  readonly bixels: number;
  readonly #ends: LeafEnds;
  readonly #transmission: number;
  /** Where a tongue lies in a groove: let through by both pairs shut, more by either open, more by both. */
  readonly #overlap: readonly [shut: number, one: number, both: number];
  /** Bixels along the leaves, and from one to the next on the grid. */
  readonly #count: number;
  readonly #step: number;
  readonly #parts: readonly Part[];
  /** What jaws let through, by bixel of the grid; with the monitor's backscatter. */
  readonly #jaws: Float64Array;
  readonly #places: Uint32Array;
  readonly #extraFocal: ExtraFocal | undefined;
  readonly #sums: Float64Array;
  /** Gradients on what is seen of leaf ends. */
  readonly #gradient: Pick<SeenEnds, 'low' | 'high'>;

  /** @throws IsocenterError MACHINE for a machine without leaves, USAGE for bixels that lie on no regular lattice. */
  constructor(lattice: BixelLattice, machine: Machine, jaws: JawSetting) {
    const { mlc } = machine;
    if (mlc === undefined) throw new IsocenterError('MACHINE', 'has no MLC', { object: machine.name });
    const { grid, places } = gridOf(lattice);
    this.grid = grid;
    this.#places = places;
    this.bixels = places.length;
    const alongX = mlc.type === 'MLCX';
    this.#transmission = mlc.transmission;
    const [shut, half] = [mlc.interleaf ?? mlc.transmission, Math.sqrt(mlc.transmission)];
    this.#overlap = [shut, half - shut, 1 - 2 * half + shut];
    this.#count = alongX ? grid.columns : grid.rows;
    this.#step = alongX ? 1 : grid.columns;
    const [along, across] = alongX ? [0, 1] : [1, 0];
    const parts = Array.from({ length: alongX ? grid.rows : grid.columns }, (_, n) => {
      const low = grid.first[across] + (n - 0.5) * grid.width;
      const first = n * (alongX ? grid.columns : 1);
      return leafParts(low, low + grid.width, mlc.leafBoundaries, mlc.tongueAndGroove).map((part) => ({
        ...part,
        first,
      }));
    }).flat();
    const under = parts.filter(({ other }) => other === undefined);
    const pairs = [...new Set(under.map(({ pair }) => pair))].sort((a, b) => a - b);
    const row = { count: this.#count, first: grid.first[along], width: grid.width };
    this.#ends = new LeafEnds(row, pairs, machine, mlc);
    this.#parts = parts.map(({ share, pair, other, first }) => ({
      share,
      first,
      pair: this.#ends.at(pair),
      other: other === undefined ? -1 : this.#ends.at(other),
    }));
    const { low, high } = this.#ends.unseen();
    this.#gradient = { low, high };
    this.#jaws = jawFactors(grid, machine, jaws);
    this.#extraFocal =
      machine.beam.extraFocal.weight > 0 ? new ExtraFocal(grid, machine, mlc.sourceDistance, jaws) : undefined;
    this.#sums = new Float64Array(grid.columns * grid.rows);
  }

  /** Leaf pairs over the bixels. */
  get pairs(): readonly number[] {
    return this.#ends.pairs;
  }

  /** What is known of leaves that nobody has looked at yet. Kept for an exposure, it spares to look again at those that stand where they stood. */
  unseen(): SeenEnds {
    return this.#ends.unseen();
  }

  /** Adds `weight` times what leaves let through that move evenly from one shape to another (the same for leaves at rest) to `open`, on the grid. */
  addOpening(begin: Float64Array, end: Float64Array, weight: number, open: Float64Array, seen = this.unseen()): void {
    this.#ends.look(begin, end, seen);
    const { low, high, between } = seen;
    const [leak, whole] = [this.#transmission, 1 - this.#transmission];
    const [shut, single, double] = this.#overlap;
    for (const { share: part, pair, other, first } of this.#parts) {
      const share = weight * part;
      for (let n = 0; n < this.#count; n++) {
        const [a, b] = [pair + n, other + n];
        const through =
          other < 0
            ? leak + whole * between[a]
            : shut + single * (between[a] + between[b]) + double * bothOf(low, high, a, b);
        open[first + n * this.#step] += share * through;
      }
    }
  }

  /** Adds to `ofBegin` and `ofEnd` what `gradient` (on the grid) says of the two shapes, and returns what it says of the weight. */
  addOpeningGradient(
    begin: Float64Array,
    end: Float64Array,
    weight: number,
    gradient: Float64Array,
    ofBegin: Float64Array,
    ofEnd: Float64Array,
    seen = this.unseen(),
  ): number {
    this.#ends.look(begin, end, seen);
    const { low, high, between } = seen;
    const lowGradient = this.#gradient.low.fill(0);
    const highGradient = this.#gradient.high.fill(0);
    const [leak, whole] = [this.#transmission, 1 - this.#transmission];
    const [shut, single, double] = this.#overlap;
    let ofWeight = 0;
    for (const { share, pair, other, first } of this.#parts)
      for (let n = 0; n < this.#count; n++) {
        const wanted = gradient[first + n * this.#step] * share;
        if (wanted === 0) continue;
        const a = pair + n;
        const one = between[a];
        if (other < 0) {
          ofWeight += wanted * (leak + whole * one);
          if (one === 0) continue;
          lowGradient[a] += wanted * whole;
          highGradient[a] += wanted * whole;
          continue;
        }
        const b = other + n;
        const two = between[b];
        const both = bothOf(low, high, a, b);
        ofWeight += wanted * (shut + single * (one + two) + double * both);
        if (one > 0) {
          lowGradient[a] += wanted * single;
          highGradient[a] += wanted * single;
        }
        if (two > 0) {
          lowGradient[b] += wanted * single;
          highGradient[b] += wanted * single;
        }
        if (both === 0) continue;
        // Of two ends that stand alike either is the nearer one.
        const lowShare = low[a] < low[b] ? 1 : low[a] > low[b] ? 0 : 0.5;
        const highShare = high[a] < high[b] ? 1 : high[a] > high[b] ? 0 : 0.5;
        lowGradient[a] += wanted * double * lowShare;
        lowGradient[b] += wanted * double * (1 - lowShare);
        highGradient[a] += wanted * double * highShare;
        highGradient[b] += wanted * double * (1 - highShare);
      }
    this.#ends.addGradient(seen, weight, this.#gradient, ofBegin, ofEnd);
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
}

/** A part of a row of bixels under one leaf pair, or (`other` not -1) between two: where their bixels begin in what is seen, the row's on the grid. */
interface Part extends Pick<LeafPart, 'share'> {
  readonly first: number;
  readonly pair: number;
  readonly other: number;
}

/** How open the nearer ends of two pairs leave a bixel. */
function bothOf(low: Float64Array, high: Float64Array, a: number, b: number): number {
  const open = (low[a] < low[b] ? low[a] : low[b]) + (high[a] < high[b] ? high[a] : high[b]) - 1;
  return open > 0 ? open : 0;
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
