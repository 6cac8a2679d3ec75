import { GpuFailure } from '../../../gpu/device.ts';
import type { Direction, DoseOperator } from '../doseOperator.ts';
import type { GpuProducts } from './products.ts';

/** An operator whose products a GPU gives until it fails; from then on, that product too, the CPU's operator does. */
export class GpuOperator implements DoseOperator {
  readonly directions: readonly Direction[];
  readonly columns: number;
  readonly rows: number;
  readonly seen: number;
  readonly #cpu: DoseOperator;
  readonly #name: string;
  #products: Pick<GpuProducts, 'times' | 'transposeTimes' | 'end'> | undefined;
  #failure: string | undefined;
  #usedGpu = false;

  /** @param failure why there are no `products`. */
  constructor(
    cpu: DoseOperator,
    name: string,
    products: Pick<GpuProducts, 'times' | 'transposeTimes' | 'end'> | undefined,
    failure?: string,
  ) {
    this.directions = cpu.directions;
    this.columns = cpu.columns;
    this.rows = cpu.rows;
    this.seen = cpu.seen ?? 0;
    this.#cpu = cpu;
    this.#name = name;
    this.#products = products;
    this.#failure = failure;
  }

  get implementation(): string {
    const names = [
      this.#usedGpu || this.#products !== undefined ? this.#name : '',
      this.#products === undefined ? (this.#cpu.implementation ?? '') : '',
    ];
    return names.filter((name) => name !== '').join(' and ');
  }

  get warnings(): readonly string[] {
    return this.#failure === undefined
      ? []
      : [`the optimiser's dose was computed on the CPU because the GPU failed: ${this.#failure}`];
  }

  async times(x: Float64Array, doses: Float64Array): Promise<void> {
    if (!(await this.#onGpu((products) => products.times(x, doses)))) await this.#cpu.times(x, doses);
  }

  async transposeTimes(y: Float64Array, gradient: Float64Array): Promise<void> {
    if (!(await this.#onGpu((products) => products.transposeTimes(y, gradient))))
      await this.#cpu.transposeTimes(y, gradient);
  }

  /** Whether the GPU did it. */
  async #onGpu(work: (products: Pick<GpuProducts, 'times' | 'transposeTimes'>) => Promise<void>): Promise<boolean> {
    const products = this.#products;
    if (products === undefined) return false;
    try {
      await work(products);
      this.#usedGpu = true;
      return true;
    } catch (error) {
      if (!(error instanceof GpuFailure)) throw error;
      this.#failure = error.message;
      this.#products = undefined;
      products.end();
      return false;
    }
  }
}
