import { collapsedConeWith } from '../collapsedCone/collapsedCone.ts';
import type { ComputeOptions, DosePart, DoseProblem, PreparedDose } from '../engine.ts';
import { GpuFailure } from '../../gpu/device.ts';
import type { GpuSource } from '../collapsedCone/kernels/webgpu/open.ts';

/**
 * The superposition of a crew's beams on a GPU, one after the other, while the workers go on with what beams release. What the GPU does
 * not do, or fails at, is left to the workers; after a failure it gets nothing more of this problem.
 */
export class GpuParts {
  /** What does the parts, for a dose's provenance. */
  readonly name: string;
  readonly #source: GpuSource;
  readonly #prepared: PreparedDose | undefined;
  #failure: string | undefined;
  #last: Promise<unknown> = Promise.resolve();

  private constructor(source: GpuSource, name: string, prepared: PreparedDose | undefined, failure?: string) {
    this.#source = source;
    this.name = name;
    this.#prepared = prepared;
    this.#failure = failure;
    if (failure !== undefined) source.forget();
  }

  /** Undefined where the source has no GPU; one that fails to open only tells its `failure`. */
  static async on(source: GpuSource, problem: DoseProblem): Promise<GpuParts | undefined> {
    try {
      const kernel = await source.kernel();
      if (kernel === undefined) return undefined;
      return new GpuParts(source, kernel.name, await collapsedConeWith(kernel).prepare(problem));
    } catch (error) {
      if (error instanceof GpuFailure) return new GpuParts(source, '', undefined, error.message);
      throw error;
    }
  }

  /** Why the GPU gets nothing more. */
  get failure(): string | undefined {
    return this.#failure;
  }

  /** A part's arrays; undefined when it is none for the GPU, or the GPU fails. */
  async run(part: DosePart, options: ComputeOptions): Promise<readonly Float32Array[] | undefined> {
    if (part.kind !== 'spread') return undefined;
    const turn = this.#last.then(() =>
      this.#failure === undefined ? this.#prepared?.parts?.perform(part, options) : undefined,
    );
    this.#last = turn.catch(() => undefined);
    try {
      return await turn;
    } catch (error) {
      if (!(error instanceof GpuFailure)) throw error;
      this.#failure = error.message;
      this.#source.forget();
      return undefined;
    }
  }

  /** Frees what the GPU holds for further parts. */
  rest(): void {
    void this.#last.then(() => this.#prepared?.parts?.rest());
  }
}
