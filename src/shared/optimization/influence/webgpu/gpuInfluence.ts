import { GpuFailure, type OpenDevice, openDevice } from '../../../gpu/device.ts';
import { directionsOf, type DoseOperator, type OperatorMaker } from '../doseOperator.ts';
import { GpuOperator } from './gpuOperator.ts';
import { GpuProducts } from './products.ts';
import { proveProducts } from './proof.ts';

/**
 * Operators on the platform's GPU. `maker` makes the same as without one: its workers lay out what goes to the GPU, and compute when there is
 * none, when its buffers are too small for a direction, when it computes wrong products or fails under way; the operator's
 * warnings say so. A device is given back with the thread that it was opened in.
 */
export const gpuInfluence =
  (maker: OperatorMaker, open: () => Promise<OpenDevice | undefined> = openDevice): OperatorMaker =>
  async (setups, machine, voxels, options = {}) => {
    const here = await Upload.begin(open, voxels.length);
    if (here === undefined) return await maker(setups, machine, voxels, options);
    const directions = directionsOf(setups);
    try {
      const cpu = await maker(setups, machine, voxels, {
        ...options,
        onLaid: (direction, laid) => here.take((products) => products.add(laid, directions[direction])),
      });
      return await here.operator(cpu);
    } catch (error) {
      here.end();
      throw error;
    }
  };

/** What is put on a GPU while an operator is made, as long as it goes well. */
class Upload {
  readonly #label: string;
  readonly #pending: Promise<void>[] = [];
  #products: GpuProducts | undefined;
  #failure: string | undefined;

  private constructor(label: string, products: GpuProducts | undefined, failure?: string) {
    this.#label = label;
    this.#products = products;
    this.#failure = failure;
  }

  /** Undefined where there is no GPU. */
  static async begin(open: () => Promise<OpenDevice | undefined>, rows: number): Promise<Upload | undefined> {
    try {
      const gpu = await open();
      return gpu && new Upload(`webgpu (${gpu.label})`, await GpuProducts.on(gpu, rows));
    } catch (error) {
      return new Upload('', undefined, reasonOf(error));
    }
  }

  take(work: (products: GpuProducts) => Promise<void>): void {
    const products = this.#products;
    if (products !== undefined) this.#pending.push(work(products).catch((error: unknown) => this.#fail(error)));
  }

  /** The operator on the GPU, once it gives what the CPU's gives; that of the CPU with a warning otherwise. */
  async operator(cpu: DoseOperator): Promise<DoseOperator> {
    await Promise.all(this.#pending);
    const products = this.#products;
    if (products !== undefined)
      try {
        await products.seal();
        await proveProducts(products, cpu);
      } catch (error) {
        this.#fail(error);
      }
    return new GpuOperator(cpu, this.#label, this.#products, this.#failure);
  }

  end(): void {
    this.#products?.end();
    this.#products = undefined;
  }

  #fail(error: unknown): void {
    this.#failure ??= reasonOf(error);
    this.end();
  }
}

/** @throws what is no failure of the GPU. */
function reasonOf(error: unknown): string {
  if (error instanceof GpuFailure) return error.message;
  throw error;
}
