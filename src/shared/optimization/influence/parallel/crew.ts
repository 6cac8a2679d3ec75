import { IsocenterError, throwIfCancelled } from '../../../contract/errors.ts';
import type { ComputeOptions, DoseProblem } from '../../../dosimetry/engine.ts';
import type { Machine } from '../../../dosimetry/machine/machine.ts';
import type { WorkerHost, WorkerLink } from '../../../dosimetry/parallel/host.ts';
import { fromRecord } from '../../../dosimetry/parallel/messages.ts';
import { memoryIsShared, sharedBytes, sharedDoubles, sharedFloats } from '../../../dosimetry/parallel/sharedFloats.ts';
import { simdKernel } from '../../../dosimetry/pencilBeam/fluence/simd/simdKernel.ts';
import {
  type Among,
  type DirectionSetup,
  directionsOf,
  type DoseOperator,
  type OperatorMaker,
  type OperatorOptions,
} from '../doseOperator.ts';
import { groupsOf, sumGroups } from '../groups.ts';
import { influenceOf } from '../influence.ts';
import type { FromInfluenceWorker, SharedProblem, ToInfluenceWorker } from './messages.ts';

/** What runs in its workers is `influenceWorker`. */
type InfluenceHost = WorkerHost<ToInfluenceWorker, FromInfluenceWorker>;

/** How often a caller's signal is looked at, ms. */
const WATCH_INTERVAL = 25;

/**
 * Operators in workers, one after the other: making another forgets the last. Every product is that of `influenceOf` to the bit, whatever
 * the number of workers. Where threads share no memory, or one is enough, the operator is in this thread. The owner must `close`
 * it, else its threads keep a process alive.
 */
export class InfluenceCrew {
  readonly #size: number;
  readonly #host: InfluenceHost;
  #lanes: Lane[] = [];

  constructor(size: number, host: InfluenceHost) {
    this.#size = size;
    this.#host = host;
  }

  /** Ends the workers; their operator cannot be used any more. */
  async close(): Promise<void> {
    const lanes = this.#lanes;
    this.#lanes = [];
    await Promise.all(lanes.map((lane) => lane.close()));
  }

  /** An operator in the workers. @throws as fluenceDose; CANCELLED by the signal, which ends the workers. */
  readonly operator: OperatorMaker = async (setups, machine, voxels, options = {}) => {
    const groups = groupsOf(setups.length);
    const size = Math.min(this.#size, groups.length);
    if (size <= 1 || !memoryIsShared()) return await influenceOf(setups, machine, voxels, options);
    throwIfCancelled(options.signal);
    await this.close();
    this.#lanes = Array.from({ length: size }, () => new Lane(this.#host));
    const watch = this.#watch(options.signal);
    try {
      return await build(this.#lanes, setups, machine, voxels, options);
    } catch (error) {
      await this.close();
      throwIfCancelled(options.signal);
      throw error;
    } finally {
      watch.end();
    }
  };

  #watch(signal: ComputeOptions['signal']): { end: () => void } {
    let end = (): void => undefined;
    const look = (): void => {
      if (signal?.aborted) void this.close();
      else end = this.#host.after(WATCH_INTERVAL, look);
    };
    look();
    return { end: () => end() };
  }
}

async function build(
  lanes: readonly Lane[],
  setups: readonly DirectionSetup[],
  machine: Machine,
  voxels: Uint32Array,
  { onProgress, onLaid }: Pick<OperatorOptions, 'onProgress' | 'onLaid'>,
): Promise<DoseOperator> {
  const directions = directionsOf(setups);
  const columns = directions.at(-1)!.to;
  const groups = groupsOf(setups.length);
  const problem: SharedProblem = {
    setups: withSharedDensities(setups),
    columns: directions.map(({ from, to }) => ({ from, to })),
    machine,
    voxels,
    tellsLaid: onLaid !== undefined,
    among: sharedBytes(setups.length),
    x: sharedDoubles(columns),
    gradient: sharedDoubles(columns),
    y: sharedDoubles(voxels.length),
    sums: groups.map(() => sharedDoubles(voxels.length)),
  };
  let [next, made, seen] = [0, 0, 0];
  await Promise.all(
    lanes.map(async (lane) => {
      if (onLaid !== undefined) lane.onLaid = onLaid;
      lane.onProgress = () => onProgress?.(++made / setups.length);
      lane.post({ kind: 'problem', problem });
      while (next < groups.length) {
        const more = await lane.ask({ kind: 'build', group: next++ });
        seen += more;
      }
    }),
  );
  const all = (kind: 'times' | 'transposeTimes', among?: Among): Promise<unknown> => {
    if (among === undefined) problem.among.fill(1);
    else problem.among.set(among);
    return Promise.all(lanes.map((lane) => lane.ask({ kind })));
  };
  return {
    directions,
    columns,
    rows: voxels.length,
    seen,
    implementation: simdKernel.name,
    async times(x, doses, among) {
      problem.x.set(x);
      await all('times', among);
      sumGroups(problem.sums, doses);
    },
    async transposeTimes(y, gradient, among) {
      problem.y.set(y);
      await all('transposeTimes', among);
      gradient.set(problem.gradient);
    },
  };
}

/** The same densities in shared memory, one for all directions that have the same. */
function withSharedDensities(setups: readonly DirectionSetup[]): readonly DirectionSetup[] {
  const shared = new Map<DoseProblem['density'], DoseProblem['density']>();
  return setups.map((setup) => {
    const { problem } = setup;
    const { density } = problem;
    let known = shared.get(density);
    if (known === undefined) {
      const data = sharedFloats(density.data.length);
      data.set(density.data);
      known = { ...density, data };
      shared.set(density, known);
    }
    return { ...setup, problem: { ...problem, density: known } };
  });
}

/** One worker and what it was asked last. */
class Lane {
  readonly #link: WorkerLink<ToInfluenceWorker>;
  #answer: PromiseWithResolvers<number> | undefined;
  #gone: IsocenterError | undefined;
  onProgress: () => void = () => undefined;
  onLaid: NonNullable<OperatorOptions['onLaid']> = () => undefined;

  constructor(host: InfluenceHost) {
    this.#link = host.start(
      (message) => this.#hear(message),
      (reason, cause) => this.#lose(new IsocenterError('INTERNAL', reason, { cause })),
    );
  }

  post(message: ToInfluenceWorker): void {
    this.#link.post(message);
  }

  /** Resolves with the voxels seen, for a build. */
  ask(message: ToInfluenceWorker): Promise<number> {
    if (this.#gone !== undefined) return Promise.reject(this.#gone);
    this.#answer = Promise.withResolvers();
    this.#link.post(message);
    return this.#answer.promise;
  }

  async close(): Promise<void> {
    this.#lose(new IsocenterError('CANCELLED', 'the workers of the operator were ended'));
    await this.#link.stop();
  }

  #hear(message: FromInfluenceWorker): void {
    if (message.kind === 'progress') this.onProgress();
    else if (message.kind === 'laid') this.onLaid(message.direction, message.laid);
    else if (message.kind === 'failed') this.#answer?.reject(fromRecord(message.error));
    else this.#answer?.resolve(message.kind === 'built' ? message.seen : 0);
  }

  #lose(error: IsocenterError): void {
    this.#gone ??= error;
    this.#answer?.reject(this.#gone);
  }
}
