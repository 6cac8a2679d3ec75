import { computeDvh, type DvhTable } from '#shared/evaluation/dvh.ts';
import { isodoseVolume } from '#shared/evaluation/isodoseVolume.ts';
import { writeSegmentation } from '#shared/dicom/segmentation/segmentationWriter.ts';
import { compareStructures } from '#shared/structures/agreement/agreement.ts';
import { findBody } from '#shared/structures/body.ts';
import { combineContours } from '#shared/structures/contours/boolean.ts';
import { interpolateSlices } from '#shared/structures/drawing/interpolateSlices.ts';
import { expandContours } from '#shared/structures/margins/margin.ts';
import { rederive } from '#shared/structures/derivation/rederive.ts';
import { rememberingExpand } from '#shared/structures/margins/rememberingExpand.ts';
import { masksOf } from '#shared/structures/sets/segments.ts';
import { type JobHandlers, serveJobs } from '../jobs/backend.ts';
import type { StructureJobs } from './base.ts';

/** For derived structures, which are made from the same skin again and again. */
const expand = rememberingExpand();

const handlers: JobHandlers<StructureJobs> = {
  findBody: (image) => findBody(image),
  expand: ({ contours, mm, grid }) => expandContours(contours, mm, grid),
  interpolate: ({ contours, grid, name }) => interpolateSlices(contours, grid, name),
  combine: ({ operation, a, b, grid }) => combineContours(operation, a, b, grid),
  compare: ({ roi, reference, grid }) =>
    compareStructures(roi.contours, reference.contours, grid, [roi.name, `${reference.name} (reference)`]),
  rederive: ({ due, set, image }) => rederive(due, set, image, expand),
  segmentation: ({ set, image, context }, { onProgress }) => {
    const { masks, warnings } = masksOf(set.rois, image, onProgress);
    return { bytes: writeSegmentation(set, masks, image, context), warnings };
  },
  isodoseVolumes: ({ dose, levels }) => levels.map((gray) => isodoseVolume(dose, gray)),
  dvhs: ({ rois, dose }, { onProgress }) =>
    rois.map(({ name, contours }, index): DvhTable => {
      const { volume, min, mean, max, curve, covered, warnings } = computeDvh(contours, dose, { name });
      onProgress((index + 1) / rois.length);
      return { volume, min, mean, max, curve, covered, warnings };
    }),
};

serveJobs(handlers);
