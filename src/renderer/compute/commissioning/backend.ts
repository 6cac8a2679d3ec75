import { fitMachine } from '#shared/dosimetry/commissioning/fit.ts';
import { doseCrew } from '../dose/crew.ts';
import { serveJobs } from '../jobs/backend.ts';
import type { CommissioningJobs } from './base.ts';

serveJobs<CommissioningJobs>({
  commission: ({ machine, scans, workers, ...options }, { onProgress, signal }) =>
    fitMachine(machine, scans, doseCrew({ size: workers, engine: 'ccc', allowSoftware: false }), {
      ...options,
      signal,
      onProgress: (fraction) => onProgress(fraction),
    }),
});
