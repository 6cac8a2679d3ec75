import { IsocenterError } from '../../contract/errors.ts';
import type { Grid } from '../../geometry/volume.ts';
import type { Rgb, Roi, StructureSet } from '../../model/structures.ts';
import { deriveContours, sourcesOf } from './derive.ts';
import { sourcesFingerprint, volumeOf } from './derivation.ts';
import { contoursFingerprint } from '../contours/fingerprint.ts';
import { type Recipe, recipeText } from './recipe.ts';
import type { Expand } from '../margins/rememberingExpand.ts';
import { typeForName } from '../sets/tg263.ts';

/** Colours of structures made here, told apart from each other; taken in turn. */
const COLORS: readonly Rgb[] = [
  [255, 140, 0], [0, 200, 255], [255, 105, 180], [154, 205, 50], [186, 85, 211], [255, 215, 0],
]; // biome-ignore format: a table

/** An image's lattice and the frame of reference it is in. */
export interface FramedGrid extends Grid {
  readonly frameOfReferenceUid: string;
}

/**
 * The ROI that a recipe makes from those of `set`, on the slices of `image`. A name the set has already is made anew under its number,
 * type and colour; the ROI knows its recipe from then on. A new one gets the type its TG-263 name stands for, CONTROL when it names no volume but a ring or an aid of planning.
 * @throws IsocenterError NOT_FOUND for a structure that is not in the set or has no closed contour, CONFLICT for a name that several
 * structures have and for a locked target, FRAME_OF_REFERENCE for one in another frame than the image, each naming it; and what deriveContours throws.
 */
export function deriveRoi(
  recipe: Recipe,
  set: StructureSet,
  image: FramedGrid,
  expand?: Expand,
): { readonly roi: Roi; readonly warnings: readonly string[] } {
  const warnings: string[] = [];
  const named = (name: string): Roi | undefined => {
    const found = set.rois.filter((roi) => roi.name === name);
    if (found.length > 1)
      throw new IsocenterError('CONFLICT', `${found.length} structures have this name`, {
        object: name,
        attribute: 'ROIName',
      });
    return found[0];
  };
  const sources = new Map(sourcesOf(recipe).map((name) => [name, usable(named(name), name, recipe, set, image)]));
  const contours = deriveContours(recipe, (name) => sources.get(name) ?? [], image, expand);
  if (contours.length === 0) warnings.push(`${recipe.text}: nothing is left, ${recipe.target} has no contours`);
  const old = named(recipe.target);
  if (old?.locked === true)
    throw new IsocenterError('CONFLICT', 'is locked: it cannot be made anew', { object: recipe.target });
  if (old !== undefined) warnings.push(`${recipe.target} was in the structure set and is made anew`);
  const number = 1 + set.rois.reduce((most, roi) => Math.max(most, roi.number), 0);
  const roi: Roi = {
    number,
    name: recipe.target,
    type: typeOf(recipe),
    color: COLORS[number % COLORS.length],
    ...old,
    frameOfReferenceUid: image.frameOfReferenceUid,
    generationAlgorithm: 'SEMIAUTOMATIC',
    contours,
  };
  // Made from its own former self it cannot follow it.
  if (sources.has(recipe.target)) return { roi: withoutRecipe(roi), warnings };
  const derivation = {
    recipe: recipeText(recipe.expression),
    sources: sourcesFingerprint(recipe, set.rois) ?? '',
    made: contoursFingerprint(contours),
  };
  return { roi: { ...roi, derivation }, warnings };
}

const withoutRecipe = ({ derivation: _recipe, ...roi }: Roi): Roi => roi;

function usable(
  roi: Roi | undefined,
  name: string,
  recipe: Recipe,
  set: StructureSet,
  image: FramedGrid,
): Roi['contours'] {
  if (roi === undefined) {
    const known = set.rois.map((one) => one.name).join(', ');
    throw new IsocenterError('NOT_FOUND', `no structure '${name}' in the set; it has ${known}`, {
      object: recipe.target,
      attribute: 'ROIName',
    });
  }
  const frame = roi.frameOfReferenceUid === '' ? set.frameOfReferenceUid : roi.frameOfReferenceUid;
  if (frame !== '' && frame !== image.frameOfReferenceUid)
    throw new IsocenterError('FRAME_OF_REFERENCE', 'structure and image are in different frames of reference', {
      object: name,
      attribute: 'FrameOfReferenceUID',
    });
  // What a recipe made may be empty (an intersection of what does not meet); what was read has been drawn, or is no volume.
  const contours = volumeOf(roi.contours);
  if (contours.length === 0 && roi.generationAlgorithm !== 'SEMIAUTOMATIC')
    throw new IsocenterError('NOT_FOUND', 'has no closed contour to make a structure from', {
      object: name,
      attribute: 'ContourSequence',
    });
  return contours;
}

function typeOf({ target, expression }: Recipe): Roi['type'] {
  const type = typeForName(target);
  const isAid =
    /ring|^(opt|z|avoid|help)/i.test(target) || (expression.kind === 'call' && expression.operation === 'ring');
  return type === 'ORGAN' && isAid ? 'CONTROL' : type;
}
