import { serveJobs } from '#renderer/compute/jobs/backend.ts';
import { placeDose, sampleOn } from '#shared/evaluation/doses/placeDose.ts';
import { findSpots } from '#shared/evaluation/doses/spots.ts';
import { subtractDoses } from '#shared/evaluation/doses/subtractDoses.ts';
import { sumDoses } from '#shared/evaluation/doses/sumDoses.ts';
import { computeGamma } from '#shared/evaluation/gamma.ts';
import { rasterizeRoi } from '#shared/structures/contours/mask.ts';
import type { DoseJobs } from './base.ts';

serveJobs<DoseJobs>({
  sum: ({ terms, ...options }, control) => sumDoses(terms, { ...options, ...control }),
  difference: ({ first, second }, control) => subtractDoses(first, second, control),
  gamma: ({ reference, evaluated, criteria }, control) => computeGamma(reference, evaluated, criteria, control),
  spots: ({ dose, kind, level, within, without }) =>
    findSpots(dose, {
      kind,
      level,
      within: rasterizeRoi(within, dose),
      ...(without === undefined ? {} : { without: rasterizeRoi(without, dose) }),
    }),
  place({ dose, frame, registrations }, control) {
    const placed = placeDose(dose, frame, registrations);
    const { data } = sampleOn(placed, placed.grid, control);
    return { grid: placed.grid, data, through: placed.through, warnings: placed.warnings };
  },
});
