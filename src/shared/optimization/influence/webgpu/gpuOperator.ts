import { gpuFailureOf } from '../../../gpu/device.ts';
import type { Among, Direction, DoseOperator } from '../doseOperator.ts';
import type { GpuProducts } from './products.ts';

type Products = Pick<GpuProducts, 'times' | 'transposeTimes' | 'end'>;

/** How a GPU stands to the products of an operator. */
export interface GpuPart {
  /** As an implementation's. */
  readonly name: string;
  /** Absent where it is not used. */
  readonly products?: Products | undefined;
  /** Why it cannot be. */
  readonly failure?: string | undefined;
  /** How many times as long as the CPU it took for both products, where that decided. */
  readonly ratio?: number | undefined;
}

/** An operator whose products a GPU gives until it fails; from then on, that product too, the CPU's operator does. */
export class GpuOperator implements DoseOperator {
  readonly directions: readonly Direction[];
  readonly columns: number;
  readonly rows: number;
  readonly seen: number;
  readonly #cpu: DoseOperator;
  readonly #name: string;
  readonly #ratio: number | undefined;
  #products: Products | undefined;
  #failure: string | undefined;
  #usedGpu = false;

  constructor(cpu: DoseOperator, { name, products, failure, ratio }: GpuPart) {
    this.directions = cpu.directions;
    this.columns = cpu.columns;
    this.rows = cpu.rows;
    this.seen = cpu.seen ?? 0;
    this.#cpu = cpu;
    this.#name = name;
    this.#products = products;
    this.#failure = failure;
    this.#ratio = ratio;
  }

  /** What computes, and why that where it was a matter of time. */
  get implementation(): string {
    const cpu = this.#cpu.implementation ?? 'cpu';
    if (this.#failure !== undefined) return this.#usedGpu ? `${this.#name} and ${cpu}` : cpu;
    if (this.#products === undefined)
      return this.#ratio === undefined ? cpu : `${cpu}: ${this.#name} took ${this.#ratio.toFixed(1)} × as long`;
    return this.#ratio === undefined
      ? this.#name
      : `${this.#name}: ${(1 / this.#ratio).toFixed(1)} × as fast as ${cpu}`;
  }

  get warnings(): readonly string[] {
    return this.#failure === undefined
      ? []
      : [`the optimiser's dose was computed on the CPU because the GPU failed: ${this.#failure}`];
  }

  async times(x: Float64Array, doses: Float64Array, among?: Among): Promise<void> {
    if (!(await this.#onGpu((products) => products.times(x, doses, among)))) await this.#cpu.times(x, doses, among);
  }

  async transposeTimes(y: Float64Array, gradient: Float64Array, among?: Among): Promise<void> {
    if (!(await this.#onGpu((products) => products.transposeTimes(y, gradient, among))))
      await this.#cpu.transposeTimes(y, gradient, among);
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
      this.#failure = gpuFailureOf(error).message;
      this.#products = undefined;
      products.end();
      return false;
    }
  }
}
