import { IsocenterError } from '../contract/errors.ts';
import {
  type GpuAdapter,
  type GpuApi,
  gpuApi,
  type GpuDevice,
  type GpuErrorFilter,
  type GpuPipeline,
} from './platform.ts';

/** The GPU cannot do it, or can no longer be relied on; the CPU has to. */
export class GpuFailure extends IsocenterError {
  constructor(message: string, cause?: unknown) {
    super('DOSE', message, { object: 'GPU', cause });
  }
}

/** What was thrown where a GPU is used, as its failure: so is a mistake of our own, for the CPU can still do it. */
export const gpuFailureOf = (error: unknown): GpuFailure =>
  error instanceof GpuFailure
    ? error
    : new GpuFailure(error instanceof IsocenterError ? error.message : String(error), error);

/** A device of the platform. */
export interface OpenDevice {
  /** "vendor architecture", as far as the platform tells. */
  readonly label: string;
  readonly device: GpuDevice;
  /** Whether it is a program that plays a GPU: only there where a test allows it, and then to be used although the CPU is faster. */
  readonly software: boolean;
  /** Why the device is gone; undefined while it works. */
  readonly lost: () => string | undefined;
}

export interface GpuChoice {
  /** Take a program that plays a GPU, too: right but slower than the CPU, for tests. */
  readonly allowSoftware?: boolean;
  readonly api?: GpuApi | undefined;
}

/**
 * A device of the platform's GPU; undefined where there is none or, unless allowed, only a program that plays one.
 * @throws GpuFailure when there is one that does not work.
 */
export async function openDevice({
  allowSoftware = false,
  api = gpuApi(),
}: GpuChoice = {}): Promise<OpenDevice | undefined> {
  const adapter = await api?.requestAdapter({ powerPreference: 'high-performance' }).catch(failed('no adapter'));
  if (adapter === undefined || adapter === null) return undefined;
  // A browser that does not say is not trusted to have a real one.
  const software = adapter.info.isFallbackAdapter !== false;
  if (software && !allowSoftware) return undefined;
  const { maxBufferSize, maxStorageBufferBindingSize } = adapter.limits;
  const device = await adapter
    .requestDevice({ requiredLimits: { maxBufferSize, maxStorageBufferBindingSize } })
    .catch(failed('no device'));
  let lost: string | undefined;
  void device.lost.then(({ message }) => (lost = message === '' ? 'the device was lost' : message));
  return { label: labelOf(adapter), device, software, lost: () => lost };
}

/** A kernel of WGSL. @throws GpuFailure when it does not compile. */
export const compiled = (device: GpuDevice, code: string, entryPoint: string): Promise<GpuPipeline> =>
  device
    .createComputePipelineAsync({
      layout: 'auto',
      compute: { module: device.createShaderModule({ code }), entryPoint },
    })
    .catch(failed('the kernel does not compile'));

function labelOf({ info }: GpuAdapter): string {
  const named = [info.vendor, info.architecture].filter((part) => part !== '').join(' ');
  return named === '' ? info.description || 'unnamed adapter' : named;
}

const FILTERS: readonly GpuErrorFilter[] = ['validation', 'out-of-memory', 'internal'];

/**
 * What `work` gives, once the device has said that all it asked for went well: WebGPU reports errors beside its calls, not by them.
 * @throws GpuFailure with the device's words.
 */
export async function guarded<T>(device: GpuDevice, work: () => T): Promise<T> {
  for (const filter of FILTERS) device.pushErrorScope(filter);
  let reports: Promise<({ readonly message: string } | null)[]>;
  let result: T;
  try {
    result = work();
  } finally {
    // Before anything is awaited, so that nobody else's errors fall into these scopes.
    reports = Promise.all(FILTERS.map(() => device.popErrorScope()));
  }
  const report = (await reports.catch(failed('the device was lost'))).find((one) => one !== null);
  if (report !== undefined && report !== null) throw new GpuFailure(report.message);
  return result;
}

/** To be given to `catch`: fails as the GPU's failure at `what`. */
export const failed =
  (what: string) =>
  (cause: unknown): never => {
    throw new GpuFailure(`${what}: ${cause instanceof Error ? cause.message : String(cause)}`, cause);
  };
