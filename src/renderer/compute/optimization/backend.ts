import { openDevice } from '#shared/gpu/device.ts';
import { gpuInfluence } from '#shared/optimization/influence/webgpu/gpuInfluence.ts';
import type { OptimizationHooks } from '#shared/optimization/plan/run.ts';
import { doseCrew } from '../dose/crew.ts';
import { yieldNow } from '../dose/yieldNow.ts';
import type { FromOptimizer, OptimizationRequest, OptimizationResult, ToOptimizer } from './base.ts';
import { influenceCrew } from './influenceCrew.ts';
import { optimize } from './optimize.ts';
import { OptimizerSession } from './session.ts';

/** The part of a worker's global scope that is used here (the page's types have no DedicatedWorkerGlobalScope). */
interface Scope {
  onmessage: ((event: { readonly data: ToOptimizer }) => void) | null;
  postMessage(message: FromOptimizer, transfer: Transferable[]): void;
}

/** A run with workers of its own, and the GPU where the page has a real one that is faster. */
async function run(request: OptimizationRequest, hooks: OptimizationHooks): Promise<OptimizationResult> {
  const { settings, workers, softwareGpu } = request;
  const crew = influenceCrew(settings.threads);
  try {
    const engine = doseCrew({ size: workers, engine: 'ccc', allowSoftware: softwareGpu });
    const makeOperator = gpuInfluence(crew.operator, {
      open: () => openDevice({ allowSoftware: softwareGpu }),
      now: () => performance.now(),
    });
    return await optimize(request, hooks, { makeOperator, engine });
  } finally {
    await crew.close();
  }
}

const scope = globalThis as unknown as Scope;
const post = (message: FromOptimizer, transfer: Transferable[]): void => scope.postMessage(message, transfer);
const session = new OptimizerSession({ post, yieldNow, now: () => performance.now() }, run);
scope.onmessage = ({ data }) => session.hear(data);
