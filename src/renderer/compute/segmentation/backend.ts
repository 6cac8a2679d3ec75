import type { Grid } from '#shared/geometry/volume.ts';
import type { Contour } from '#shared/model/structures.ts';
import { findStructures } from '#shared/segmentation/automatic/find.ts';
import { fillHoles, hollowOut, removeSpecks } from '#shared/segmentation/cleanUp.ts';
import { cropHalfSpace, cropSlices } from '#shared/segmentation/crop.ts';
import { type Field, outlineField } from '#shared/segmentation/field.ts';
import { growConfident, growConnected, thresholdField } from '#shared/segmentation/grow.ts';
import { segmentWithModel } from '#shared/segmentation/model/runModel.ts';
import { openModel } from '#shared/segmentation/model/session.ts';
import { segmentScribbles } from '#shared/segmentation/scribbles.ts';
import { smoothContours } from '#shared/segmentation/smooth.ts';
import { combineContours } from '#shared/structures/contours/boolean.ts';
import { type JobHandlers, serveJobs } from '../jobs/backend.ts';
import type { Merge, SegmentationJobs } from './base.ts';

const OPERATION = { add: 'union', cut: 'subtract', common: 'intersect' } as const;

/** What the structure holds after the find. */
function merged(field: Field, { mode, old }: Merge, grid: Grid): Contour[] {
  const found = outlineField(field);
  return mode === 'replace' ? found : combineContours(OPERATION[mode], old, found, grid);
}

const handlers: JobHandlers<SegmentationJobs> = {
  threshold: ({ image, within, merge, range }) => merged(thresholdField(image, range, { within }), merge, image),
  grow: ({ image, within, merge, seed, range }) => {
    const found =
      range === 'learn'
        ? growConfident(image, seed, { within })
        : { field: growConnected(image, seed, range, { within }), range };
    return { contours: merged(found.field, merge, image), range: found.range };
  },
  scribbles: ({ image, within, merge, scribbles, margin }, { onProgress, signal }) => {
    const { field, coarsened } = segmentScribbles(image, scribbles, { within, margin, onProgress, signal });
    return { contours: merged(field, merge, image), coarsened };
  },
  automatic: ({ image, organs }, { onProgress, signal }) => findStructures(image, organs, { onProgress, signal }),
  model: async ({ image, manifest, bytes }, { onProgress, signal }) => {
    // Fourteen megabytes of WebAssembly that only models need.
    const runtime = await import('onnxruntime-web/wasm');
    runtime.env.wasm.numThreads = 1;
    const { run, close } = await openModel(runtime, bytes, manifest);
    try {
      return await segmentWithModel(image, manifest, run, { onProgress, signal });
    } finally {
      await close();
    }
  },
  smooth: ({ contours, grid, options }) => smoothContours(contours, grid, options),
  fillHoles: ({ contours, grid, options }) => fillHoles(contours, grid, options),
  removeSpecks: ({ contours, grid, options }) => removeSpecks(contours, grid, options),
  crop: ({ contours, grid, crop }) =>
    'slices' in crop ? cropSlices(contours, grid, ...crop.slices) : cropHalfSpace(contours, grid, crop),
  hollow: ({ contours, grid, thickness }) => hollowOut(contours, thickness, grid),
};

serveJobs(handlers);
