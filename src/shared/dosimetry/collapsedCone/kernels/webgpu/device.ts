import { compiled, type GpuChoice, type OpenDevice, openDevice } from '../../../../gpu/device.ts';
import type { GpuPipeline } from '../../../../gpu/platform.ts';
import { SHADER } from './shader.ts';

/** A device with the kernel on it. */
export interface Gpu extends OpenDevice {
  readonly pipeline: GpuPipeline;
}

/** @returns as openDevice. @throws GpuFailure when there is one that does not work. */
export async function openGpu(choice?: GpuChoice): Promise<Gpu | undefined> {
  const open = await openDevice(choice);
  return open && { ...open, pipeline: await compiled(open.device, SHADER, 'sweep') };
}
