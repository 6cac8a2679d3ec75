import { collapsedCone, collapsedConeWith } from './collapsedCone.ts';
import type { BeamDoseResult, DoseEngine, PreparedDose } from './engine.ts';
import type { SuperpositionKernel } from './kernels/contract.ts';
import { type GpuChoice, GpuFailure, openGpu } from './kernels/webgpu/device.ts';
import { prove } from './kernels/webgpu/proof.ts';
import { webGpuKernel } from './kernels/webgpu/webGpuKernel.ts';

/** The kernel on the platform's GPU, proved; undefined where there is none. @throws GpuFailure. */
export async function openGpuKernel(choice?: GpuChoice): Promise<SuperpositionKernel | undefined> {
  const gpu = await openGpu(choice);
  if (gpu === undefined) return undefined;
  const kernel = webGpuKernel(gpu);
  await prove(kernel);
  return kernel;
}

/**
 * The collapsed cone on the GPU that `open` gives, and on the CPU where it gives none or the GPU fails; then the beam's warnings say
 * so. After a failure the GPU is opened, and so proved, anew for the next beam.
 */
export function collapsedConeOnGpu(
  open: () => Promise<SuperpositionKernel | undefined>,
  cpu: DoseEngine = collapsedCone,
): DoseEngine {
  let opened: Promise<SuperpositionKernel | undefined> | undefined;
  const { name, version } = cpu;
  return {
    name,
    version,
    prepare: async (problem, options) => {
      const onCpu = await cpu.prepare(problem, options);
      let onGpu: { readonly kernel: SuperpositionKernel; readonly prepared: PreparedDose } | undefined;
      return {
        compute: async (beam, machine, how) => {
          try {
            const kernel = await (opened ??= open());
            if (kernel !== undefined) {
              if (onGpu?.kernel !== kernel)
                onGpu = { kernel, prepared: await collapsedConeWith(kernel).prepare(problem, how) };
              return await onGpu.prepared.compute(beam, machine, how);
            }
          } catch (error) {
            if (!(error instanceof GpuFailure)) throw error;
            opened = undefined;
            const warning = `Beam ${beam.number} (${beam.name}): computed on the CPU because the GPU failed: ${error.message}`;
            return withWarning(await onCpu.compute(beam, machine, how), warning);
          }
          return await onCpu.compute(beam, machine, how);
        },
      };
    },
  };
}

const withWarning = (result: BeamDoseResult, warning: string): BeamDoseResult => ({
  ...result,
  warnings: [...result.warnings, warning],
});
