import { serveJobs } from '#renderer/compute/jobs/backend.ts';
import { PhaseProjector } from '#shared/fourD/project.ts';
import { fetchVolume } from '../volumes/fetchVolume.ts';
import type { FourDJobs } from './base.ts';

serveJobs<FourDJobs>({
  async project({ phases, wanted }, { signal, onProgress }) {
    const projector = new PhaseProjector();
    for (const [index, phase] of phases.entries())
      projector.add(
        await fetchVolume(phase, { signal, onProgress: (fraction) => onProgress((index + fraction) / phases.length) }),
      );
    return wanted.map(({ kind, seriesInstanceUid, seriesDescription }) =>
      projector.result(kind, seriesInstanceUid, seriesDescription),
    );
  },
});
