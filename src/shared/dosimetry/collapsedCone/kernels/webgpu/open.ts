import type { SuperpositionKernel } from '../contract.ts';
import type { GpuChoice } from '../../../../gpu/device.ts';
import { openGpu } from './device.ts';
import { prove } from './proof.ts';
import { webGpuKernel } from './webGpuKernel.ts';

/** The kernel on the platform's GPU, proved; undefined where there is none. @throws GpuFailure when it does not work or computes wrong doses. */
export async function openGpuKernel(choice?: GpuChoice): Promise<SuperpositionKernel | undefined> {
  const gpu = await openGpu(choice);
  if (gpu === undefined) return undefined;
  const kernel = webGpuKernel(gpu);
  await prove(kernel);
  return kernel;
}

/** Where a crew gets a GPU's kernel from: opened when first asked for, and anew after a failure, which may have been a passing one. */
export class GpuSource {
  readonly #open: () => Promise<SuperpositionKernel | undefined>;
  #kernel: Promise<SuperpositionKernel | undefined> | undefined;

  constructor(open: () => Promise<SuperpositionKernel | undefined> = openGpuKernel) {
    this.#open = open;
  }

  /** Undefined where there is no GPU. @throws GpuFailure. */
  kernel(): Promise<SuperpositionKernel | undefined> {
    this.#kernel ??= this.#open();
    return this.#kernel;
  }

  /** The kernel failed. */
  forget(): void {
    this.#kernel = undefined;
  }
}
