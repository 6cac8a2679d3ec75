import { newUid } from '#shared/dicom/uid.ts';
import { setOwnMachines } from '#shared/dosimetry/machine/machines.ts';
import { evaluateRobustly } from '#shared/evaluation/robust/robustEvaluation.ts';
import { doseCrew } from '../dose/crew.ts';
import { yieldNow } from '../dose/yieldNow.ts';
import { serveJobs } from '../jobs/backend.ts';
import type { RobustJobs } from './base.ts';

serveJobs<RobustJobs>({
  evaluate: async (request, { signal, onProgress }) => {
    const { engine, gridSpacing, directions, workers, softwareGpu, machines, scenarios, rois, ...input } = request;
    setOwnMachines(machines);
    const evaluation = await evaluateRobustly(
      {
        ...input,
        grid: gridSpacing,
        settings: { directions },
        newUid,
        engine: doseCrew({ size: workers, engine, allowSoftware: softwareGpu }),
      },
      scenarios,
      rois,
      { signal, onProgress, yieldNow },
    );
    const { provenance } = evaluation.nominal;
    return {
      scenarios: evaluation.scenarios,
      approximate: provenance?.approximate === true ? provenance.reasons : [],
      warnings: evaluation.warnings,
    };
  },
});
