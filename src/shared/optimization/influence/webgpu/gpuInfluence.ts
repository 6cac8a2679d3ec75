import { throwIfCancelled } from '../../../contract/errors.ts';
import { GpuFailure, gpuFailureOf, type OpenDevice, openDevice } from '../../../gpu/device.ts';
import { directionsOf, type DoseOperator, type OperatorMaker, type OperatorOptions } from '../doseOperator.ts';
import { GpuOperator } from './gpuOperator.ts';
import { GpuProducts } from './products.ts';
import { type Durations, proveProducts } from './proof.ts';

export interface GpuMeans {
  readonly open?: () => Promise<OpenDevice | undefined>;
  /** ms. */
  readonly now: () => number;
}

/**
 * Operators on the platform's GPU. `maker` makes the same as without one: its workers lay out what goes to the GPU, and compute when there is
 * none, when it takes longer than they do, when its buffers are too small for a direction, when it computes wrong products or fails under way,
 * for whatever reason; the operator's implementation and warnings say so. A device is given back with the thread that it was opened in.
 */
export const gpuInfluence =
  (maker: OperatorMaker, { open = openDevice, now }: GpuMeans): OperatorMaker =>
  async (setups, machine, voxels, options = {}) => {
    const here = await Upload.begin(open, voxels.length);
    if (here === undefined) return await maker(setups, machine, voxels, options);
    const directions = directionsOf(setups);
    try {
      const cpu = await maker(setups, machine, voxels, {
        ...options,
        onLaid: (direction, laid) => here.take((products) => products.add(laid, direction, directions[direction])),
      });
      return await here.operator(cpu, now, options.signal);
    } catch (error) {
      here.end();
      throw error;
    }
  };

/** What is put on a GPU while an operator is made, as long as it goes well. */
class Upload {
  readonly #gpu: Pick<OpenDevice, 'label' | 'software'> | undefined;
  readonly #pending: Promise<void>[] = [];
  #products: GpuProducts | undefined;
  #failure: string | undefined;

  private constructor(gpu: OpenDevice | undefined, products: GpuProducts | undefined, failure?: string) {
    this.#gpu = gpu;
    this.#products = products;
    this.#failure = failure;
  }

  /** Undefined where there is no GPU. */
  static async begin(open: () => Promise<OpenDevice | undefined>, rows: number): Promise<Upload | undefined> {
    let gpu: OpenDevice | undefined;
    try {
      gpu = await open();
      return gpu && new Upload(gpu, await GpuProducts.on(gpu, rows));
    } catch (error) {
      gpu?.device.destroy();
      return new Upload(gpu, undefined, gpuFailureOf(error).message);
    }
  }

  take(work: (products: GpuProducts) => Promise<void>): void {
    const products = this.#products;
    if (products !== undefined) this.#pending.push(work(products).catch((error: unknown) => this.#fail(error)));
  }

  /** The operator on the GPU, once it gives what the CPU's gives, and sooner; that of the CPU with the reason otherwise. @throws as that of the CPU. */
  async operator(cpu: DoseOperator, now: () => number, signal: OperatorOptions['signal']): Promise<DoseOperator> {
    await Promise.all(this.#pending);
    let ratio: number | undefined;
    try {
      ratio = await this.#trial(cpu, now, signal);
    } catch (error) {
      if (!(error instanceof GpuFailure)) throw error;
      this.#fail(error);
    }
    if (ratio !== undefined && ratio >= 1) this.end();
    const name = `webgpu (${this.#gpu?.label})`;
    return new GpuOperator(cpu, { name, products: this.#products, failure: this.#failure, ratio });
  }

  /** Proves the products; how many times as long as the CPU's they take, where that matters. */
  async #trial(cpu: DoseOperator, now: () => number, signal: OperatorOptions['signal']): Promise<number | undefined> {
    const products = this.#products;
    if (products === undefined) return undefined;
    await products.seal().catch((error: unknown) => {
      throw gpuFailureOf(error);
    });
    const rounds: Durations[] = [];
    // The first round has in it what either does only once.
    for (let round = 0; round < (this.#gpu?.software ? 1 : 2); round++) {
      throwIfCancelled(signal);
      rounds.push(await proveProducts(products, cpu, now));
    }
    if (this.#gpu?.software) return undefined;
    const least = (of: keyof Durations): number => Math.max(TICK, Math.min(...rounds.map((round) => round[of])));
    return least('gpu') / least('cpu');
  }

  end(): void {
    this.#products?.end();
    this.#products = undefined;
  }

  #fail(error: unknown): void {
    this.#failure ??= gpuFailureOf(error).message;
    this.end();
  }
}

/** What the coarsest clocks of browsers cannot tell from nothing, ms. */
const TICK = 0.1;
