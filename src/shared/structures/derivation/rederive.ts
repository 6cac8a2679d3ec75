import { errorWords } from '../../contract/errors.ts';
import type { Roi, StructureSet } from '../../model/structures.ts';
import { recipeOf } from './derivation.ts';
import { deriveRoi, type FramedGrid } from './derivedRoi.ts';
import type { Expand } from '../margins/rememberingExpand.ts';

/** What became of a derived ROI that was to be made anew. */
export interface Rederived {
  readonly number: number;
  /** What changes of it: absent where `problem` says why nothing could be made. */
  readonly changes?: Pick<Roi, 'contours' | 'generationAlgorithm' | 'frameOfReferenceUid' | 'derivation'>;
  readonly problem?: string;
}

/**
 * Makes derived ROIs anew, each from those made before it.
 * @param due numbers, in the order of making (see dueAfter)
 * @param expand makes their margins; default expandContours
 * @param set the due ROIs and all that they are made from
 */
export function rederive(due: readonly number[], set: StructureSet, image: FramedGrid, expand?: Expand): Rederived[] {
  let rois = set.rois;
  return due.map((number): Rederived => {
    const old = rois.find((roi) => roi.number === number);
    if (old?.derivation === undefined) return { number, problem: 'it has no recipe' };
    try {
      const recipe = recipeOf(old);
      if (recipe === undefined) return { number, problem: 'it has no recipe' };
      const { roi } = deriveRoi(recipe, { ...set, rois }, image, expand);
      const { contours, generationAlgorithm, frameOfReferenceUid, derivation } = roi;
      const changes = {
        contours,
        generationAlgorithm,
        frameOfReferenceUid,
        // The recipe stays as it was written.
        derivation: derivation && { ...derivation, recipe: old.derivation.recipe },
      };
      rois = rois.map((one) => (one === old ? { ...old, ...changes } : one));
      return { number, changes };
    } catch (error) {
      return { number, problem: errorWords(error) };
    }
  });
}
