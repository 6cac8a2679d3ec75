import { throwIfCancelled } from '../../contract/errors.ts';
import { type Grid, sampleAtIndex, type Volume } from '../../geometry/volume.ts';
import type { ComputeOptions, DoseEngine, PreparedDose } from '../engine.ts';
import type { Machine } from '../machine/machine.ts';
import type { MeasuredScan } from './measured/scan.ts';
import { acrossOf, beamFor, problemFor, type SetUp, setUpsOf, waterFor } from './setups.ts';

/** A computed scan: Gy per MU at the measured positions and, for drawing, along the whole of it; output factors as ratios. */
export interface ComputedScan {
  readonly values: readonly number[];
  readonly curve: { readonly positions: readonly number[]; readonly values: readonly number[] };
}

export interface CurveOptions {
  /** Of the dose grid, mm. */
  readonly spacing: number;
  /** Average computed profiles over the detector's radius where the file states one. */
  readonly detectorAverage: boolean;
}

/** Points drawn along a curve. */
const DRAWN = 200;

/**
 * What the dose engine gives for measured scans. Water and beams are made once; a computation that was done for the same beam
 * parameters is not repeated. Computations run beside each other as the engine allows.
 */
export class CurveComputer {
  readonly #scans: readonly MeasuredScan[];
  readonly #engine: DoseEngine;
  readonly #options: CurveOptions;
  readonly #setUps: readonly { setUp: SetUp; prepared: Promise<PreparedDose> | undefined }[];
  readonly #done = new Map<string, Promise<Partial<Record<number, ComputedScan>>>>();

  constructor(scans: readonly MeasuredScan[], engine: DoseEngine, options: CurveOptions) {
    this.#scans = scans;
    this.#engine = engine;
    this.#options = options;
    this.#setUps = setUpsOf(scans).map((setUp) => ({ setUp, prepared: undefined }));
  }

  /** All scans as `machine` gives them. @throws IsocenterError as the engine; CANCELLED by the signal. */
  async compute(machine: Machine, options: ComputeOptions = {}): Promise<ComputedScan[]> {
    throwIfCancelled(options.signal);
    const parts: Partial<Record<number, ComputedScan>>[] = [];
    const waiting = [...this.#setUps];
    const atOnce = Math.max(1, this.#engine.beamsAtOnce ?? 1);
    let finished = 0;
    const lane = async (): Promise<void> => {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
        throwIfCancelled(options.signal);
        const at = this.#setUps.indexOf(next);
        parts[at] = await this.#compute(next, machine, options);
        options.onProgress?.(++finished / this.#setUps.length);
      }
    };
    await Promise.all(Array.from({ length: atOnce }, lane));
    return this.#scans.map((scan, n) => {
      const [own, reference] = this.#setUps
        .flatMap(({ setUp }, at) => (setUp.scans.includes(n) ? [{ setUp, part: parts[at][n] }] : []))
        .sort((a, b) => Number(isField(b.setUp, scan.field)) - Number(isField(a.setUp, scan.field)));
      if (own.part === undefined) throw new RangeError('every scan belongs to a set-up');
      if (scan.kind !== 'outputFactor' || reference?.part === undefined) return own.part;
      const factor = own.part.values[0] / reference.part.values[0];
      return { values: [factor], curve: { positions: [0], values: [factor] } };
    });
  }

  #compute(
    entry: { setUp: SetUp; prepared: Promise<PreparedDose> | undefined },
    machine: Machine,
    options: ComputeOptions,
  ): Promise<Partial<Record<number, ComputedScan>>> {
    const { setUp } = entry;
    const key = JSON.stringify([setUp.key, machine.beam, machine.head, machine.mlc, machine.calibration]);
    const known = this.#done.get(key);
    if (known !== undefined) return known;
    const run = async (): Promise<Partial<Record<number, ComputedScan>>> => {
      const { spacing } = this.#options;
      entry.prepared ??= this.#engine.prepare(problemFor(setUp, spacing));
      const { signal, yieldNow } = options;
      const { dose } = await (await entry.prepared).compute(beamFor(setUp, machine), machine, { signal, yieldNow });
      const volume = { ...waterFor(setUp, spacing), data: dose };
      return Object.fromEntries(setUp.scans.map((n) => [n, this.#sample(volume, this.#scans[n])]));
    };
    const result = run();
    this.#done.set(key, result);
    // What failed or was cancelled is no result.
    result.catch(() => this.#done.delete(key));
    return result;
  }

  #sample(dose: Volume, scan: MeasuredScan): ComputedScan {
    const at = (position: number): number => doseAt(dose, scan, position);
    const radius = this.#options.detectorAverage ? (scan.detector?.radius ?? 0) : 0;
    const averaged = radius > 0 && scan.kind !== 'depth' && scan.kind !== 'outputFactor';
    const value = averaged ? (position: number): number => overDisc(at, position, radius) : at;
    const [first, last] = [scan.kind === 'depth' ? 0 : scan.positions[0], scan.positions.at(-1) ?? 0];
    const steps = scan.positions.length === 1 ? 0 : DRAWN;
    const positions = Array.from({ length: steps + 1 }, (_, n) => first + (n / Math.max(1, steps)) * (last - first));
    return { values: scan.positions.map(value), curve: { positions, values: positions.map(value) } };
  }
}

const isField = (setUp: SetUp, field: readonly [number, number]): boolean =>
  setUp.field[0] === field[0] && setUp.field[1] === field[1];

/** Dose at a position of a scan, between voxel centres; the first half voxel continues the slope of the next. */
function doseAt(dose: Volume, scan: MeasuredScan, position: number): number {
  const [x, y] = acrossOf(scan);
  const depth = scan.kind === 'depth' ? position : (scan.depth ?? 0);
  const side = indexOf(dose, 0, x * position);
  const up = indexOf(dose, 2, y * position);
  const down = indexOf(dose, 1, depth);
  if (down >= 0) return sampleAtIndex(dose, [side, down, up], 0);
  const [first, second] = [0, 1].map((n) => sampleAtIndex(dose, [side, n, up], 0));
  return Math.max(0, first + down * (second - first));
}

const indexOf = (grid: Grid, axis: 0 | 1 | 2, at: number): number => (at - grid.origin[axis]) / grid.spacing[axis];

/** Mean over a disc of `radius` seen edge on: chords weighted by their length. */
function overDisc(at: (position: number) => number, position: number, radius: number): number {
  let [sum, total] = [0, 0];
  const steps = 8;
  for (let n = 0; n < steps; n++) {
    const t = ((n + 0.5) / steps) * 2 - 1;
    const chord = Math.sqrt(1 - t * t);
    sum += chord * at(position + t * radius);
    total += chord;
  }
  return sum / total;
}
