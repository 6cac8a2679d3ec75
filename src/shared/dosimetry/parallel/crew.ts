import { IsocenterError } from '../../contract/errors.ts';
import type { Beam } from '../../model/plan.ts';
import type {
  BeamDoseResult,
  ComputeOptions,
  DoseEngine,
  DosePart,
  DoseProblem,
  PartRunner,
  PreparedDose,
} from '../engine.ts';
import { ENGINES, type EngineName } from '../engines.ts';
import type { GpuSource } from '../collapsedCone/kernels/webgpu/open.ts';
import type { Machine } from '../machine/machine.ts';
import { threadsFor } from '../patient/gridSize.ts';
import type { WorkerHost, WorkerLink } from './host.ts';
import { GpuParts } from './gpuParts.ts';
import { type FromWorker, fromRecord, type ToWorker } from './messages.ts';
import { sharedFloats } from './sharedFloats.ts';

/** What runs in its workers is `doseWorker`. */
export type CrewHost = WorkerHost<ToWorker, FromWorker>;

/** How often a caller's signal is looked at, ms: an AbortSignalLike has no events. */
const WATCH_INTERVAL = 25;
/** How long a worker may take to see a cancel before it is ended and replaced, ms. */
const PATIENCE = 100;

/** One `compute`: its work is done before that of later ones. */
interface Call {
  readonly number: number;
  readonly problem: DoseProblem;
  /** Workers that find room beside each other on its grid. */
  readonly room: number;
  readonly object: string;
  readonly gpu: GpuParts | undefined;
  ended: boolean;
}

/** What a problem's beams are computed with. */
interface Means extends Pick<Call, 'problem' | 'room' | 'gpu'> {
  /** The engine in this thread: how a beam falls into parts. */
  readonly here: PreparedDose;
}

interface Work {
  readonly call: Call;
  readonly message: Extract<ToWorker, { kind: 'part' | 'beam' }>;
  readonly group: number | undefined;
  readonly onProgress: ((fraction: number) => void) | undefined;
  readonly outcome: PromiseWithResolvers<readonly Float32Array[] | BeamDoseResult>;
}

interface Lane {
  readonly link: WorkerLink<ToWorker>;
  /** What the worker holds prepared, and the group of its last work. */
  problem: DoseProblem | undefined;
  group: number | undefined;
  work: Work | undefined;
}

/**
 * An engine in workers: beams, and the parts of beams where the engine has such, are done beside each other. One queue for all: what was
 * asked for first goes first. The dose is that of the engine itself, to the bit, whatever the number of workers; on a GPU that of its
 * kernel, and a beam that the GPU fails at is done by the workers, with a warning.
 */
export class DoseCrew implements DoseEngine {
  readonly name: string;
  readonly version: string;
  readonly beamsAtOnce: number;
  readonly #engine: EngineName;
  readonly #size: number;
  readonly #host: CrewHost;
  readonly #gpus: GpuSource | undefined;
  readonly #lanes = new Set<Lane>();
  readonly #calls = new Map<Call, (error: IsocenterError) => void>();
  readonly #queue: Work[] = [];
  #lastCall = 0;
  #closed = false;

  /** `gpus`: where to look for a GPU for the superposition; it is asked for by this thread, not by the workers. */
  constructor(engine: EngineName, size: number, host: CrewHost, gpus?: GpuSource) {
    const { name, version } = ENGINES[engine];
    this.name = name;
    this.version = version;
    // The second beam fills the gaps of the first; more would only take memory.
    this.beamsAtOnce = Math.min(size, 2 + Math.floor(size / 8));
    this.#engine = engine;
    this.#size = size;
    this.#host = host;
    this.#gpus = gpus;
  }

  async prepare(problem: DoseProblem): Promise<PreparedDose> {
    const { density } = problem;
    const data = sharedFloats(density.data.length);
    data.set(density.data);
    const shared = { ...problem, density: { ...density, data } };
    const here = await ENGINES[this.#engine].prepare(shared);
    const room = threadsFor(data.length, this.#size);
    const gpu =
      this.#gpus === undefined || here.parts === undefined ? undefined : await GpuParts.on(this.#gpus, shared);
    const means = { problem: shared, here, room, gpu };
    return { compute: (beam, machine, options = {}) => this.#compute(means, beam, machine, options) };
  }

  /** Ends the workers; what is under way fails as CANCELLED. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const fail of this.#calls.values()) fail(new IsocenterError('CANCELLED', 'the dose workers were closed'));
    const lanes = [...this.#lanes];
    this.#lanes.clear();
    await Promise.all(lanes.map(({ link }) => link.stop()));
  }

  #compute(
    { problem, here, room, gpu }: Means,
    beam: Beam,
    machine: Machine,
    { signal, onProgress }: ComputeOptions,
  ): Promise<BeamDoseResult> {
    if (this.#closed) return Promise.reject(new IsocenterError('CANCELLED', 'the dose workers are closed'));
    const object = `Beam ${beam.number} (${beam.name})`;
    const call: Call = { number: ++this.#lastCall, problem, room, object, gpu, ended: false };
    return new Promise((resolve, reject) => {
      let stopWatching = (): void => undefined;
      const settle = (): void => {
        stopWatching();
        this.#end(call);
      };
      const fail = (error: unknown): void => {
        settle();
        reject(error);
      };
      this.#calls.set(call, fail);
      const watch = (): void => {
        if (signal?.aborted) fail(new IsocenterError('CANCELLED', 'cancelled by the user'));
        else stopWatching = this.#host.after(WATCH_INTERVAL, watch);
      };
      watch();
      if (call.ended) return;
      this.#beam(call, here, beam, machine, onProgress).then((result) => {
        settle();
        resolve(result);
      }, fail);
    });
  }

  async #beam(
    call: Call,
    here: PreparedDose,
    beam: Beam,
    machine: Machine,
    onProgress: ((fraction: number) => void) | undefined,
  ): Promise<BeamDoseResult> {
    if (here.parts === undefined) {
      const result = await this.#ask(call, { kind: 'beam', beam, machine }, undefined, onProgress);
      if ('dose' in result) return result;
      throw new IsocenterError('INTERNAL', 'a worker gave no beam', { object: call.object });
    }
    const { gpu } = call;
    /** Who did the superposition of the beam's sectors. */
    let [onGpu, onCpu] = [false, false];
    const runner: PartRunner = {
      // One waits in the queue: a worker that is done goes on with the same beam.
      atOnce: call.room + 1,
      conesTogether: gpu !== undefined && gpu.failure === undefined,
      run: async (part: DosePart, options) => {
        const signal = {
          get aborted() {
            return call.ended;
          },
        };
        const done = await gpu?.run(part, { ...options, signal });
        onGpu ||= done !== undefined;
        if (done !== undefined) return done;
        onCpu ||= part.kind === 'spread';
        const arrays = await this.#ask(call, { kind: 'part', part }, part.group, options.onProgress);
        if ('dose' in arrays) throw new IsocenterError('INTERNAL', 'a worker gave a beam', { object: call.object });
        return arrays;
      },
    };
    const result = await here.parts.compute(runner, beam, machine, onProgress === undefined ? {} : { onProgress });
    if (gpu === undefined) return result;
    const names = [...(onGpu ? [gpu.name] : []), ...(onCpu ? [result.implementation] : [])];
    const warnings = onCpu
      ? [`${call.object}: computed on the CPU because the GPU failed: ${gpu.failure ?? 'no reason given'}`]
      : [];
    return { ...result, implementation: names.join(' and '), warnings: [...result.warnings, ...warnings] };
  }

  #ask(
    call: Call,
    message: Work['message'],
    group: number | undefined,
    onProgress: ((fraction: number) => void) | undefined,
  ): Work['outcome']['promise'] {
    const outcome: Work['outcome'] = Promise.withResolvers();
    if (call.ended) outcome.reject(new IsocenterError('CANCELLED', 'the beam has ended'));
    else {
      this.#queue.push({ call, message, group, onProgress, outcome });
      this.#dispatch();
    }
    return outcome.promise;
  }

  /** The call has its outcome: work of it that is left, waiting or under way, ends. */
  #end(call: Call): void {
    if (call.ended) return;
    call.ended = true;
    this.#calls.delete(call);
    const left = this.#queue.filter((work) => work.call === call);
    for (const work of left) {
      this.#queue.splice(this.#queue.indexOf(work), 1);
      work.outcome.reject(new IsocenterError('CANCELLED', 'the beam has ended'));
    }
    for (const lane of this.#lanes) if (lane.work?.call === call) this.#interrupt(lane, lane.work);
    if (![...this.#calls.keys()].some(({ gpu }) => gpu === call.gpu)) call.gpu?.rest();
    if (this.#calls.size === 0)
      for (const lane of this.#lanes) if (lane.work === undefined) lane.link.post({ kind: 'rest' });
    this.#dispatch();
  }

  /** Tells a worker to stop; one that does not hear it in time, in the middle of a long step, is ended. */
  #interrupt(lane: Lane, work: Work): void {
    work.outcome.reject(new IsocenterError('CANCELLED', 'the beam has ended'));
    lane.link.post({ kind: 'cancel' });
    this.#host.after(PATIENCE, () => {
      if (lane.work !== work || !this.#lanes.has(lane)) return;
      this.#dismiss(lane);
      this.#dispatch();
    });
  }

  /** Gives waiting work to idle workers, starting workers as long as there may be more. */
  #dispatch(): void {
    while (!this.#closed && this.#queue.length > 0) {
      const work = this.#next();
      const lane = this.#laneFor(work);
      if (lane === undefined) return;
      this.#queue.splice(this.#queue.indexOf(work), 1);
      lane.work = work;
      lane.group = work.group;
      if (lane.problem !== work.call.problem)
        lane.link.post({ kind: 'prepare', engine: this.#engine, problem: work.call.problem });
      lane.problem = work.call.problem;
      lane.link.post(work.message);
    }
  }

  #idle(): Lane[] {
    return [...this.#lanes].filter((lane) => lane.work === undefined);
  }

  #laneFor({ group, call }: Work): Lane | undefined {
    // What idle workers keep takes memory, too: those that a grid leaves no room for go.
    for (const lane of this.#idle().slice(0, Math.max(0, this.#lanes.size - call.room))) this.#dismiss(lane);
    if (this.#lanes.size > call.room) return undefined;
    const idle = this.#idle();
    return idle.find((lane) => lane.group === group) ?? (this.#lanes.size < call.room ? this.#start() : idle.at(0));
  }

  /** Of the oldest call, the work for which an idle worker keeps something already, else what waits longest. */
  #next(): Work {
    const idle = this.#idle();
    const oldest = this.#queue.reduce((a, b) => (b.call.number < a.call.number ? b : a));
    const same = this.#queue.filter((work) => work.call === oldest.call);
    return same.find((work) => idle.some((lane) => lane.group === work.group)) ?? oldest;
  }

  #start(): Lane {
    const link = this.#host.start(
      (message) => this.#hear(lane, message),
      (reason, cause) => this.#lose(lane, reason, cause),
    );
    const lane: Lane = { link, problem: undefined, group: undefined, work: undefined };
    this.#lanes.add(lane);
    return lane;
  }

  #hear(lane: Lane, message: FromWorker): void {
    const { work } = lane;
    if (message.kind === 'progress') {
      if (work !== undefined && !work.call.ended) work.onProgress?.(message.fraction);
      return;
    }
    lane.work = undefined;
    if (message.kind === 'part done') work?.outcome.resolve(message.arrays);
    else if (message.kind === 'beam done') work?.outcome.resolve(message.result);
    else work?.outcome.reject(fromRecord(message.error));
    if (this.#calls.size === 0) lane.link.post({ kind: 'rest' });
    this.#dispatch();
  }

  #dismiss(lane: Lane): void {
    this.#lanes.delete(lane);
    void lane.link.stop();
  }

  /** The worker is gone; its work fails, the rest goes on elsewhere. */
  #lose(lane: Lane, reason: string, cause: unknown): void {
    if (!this.#lanes.delete(lane)) return;
    const { work } = lane;
    work?.outcome.reject(new IsocenterError('INTERNAL', reason, { object: work.call.object, cause }));
    this.#dispatch();
  }
}
