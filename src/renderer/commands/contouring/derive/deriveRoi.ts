import { IsocenterError } from '#shared/contract/errors.ts';
import type { Roi, RoiType } from '#shared/model/structures.ts';
import { derivationOrder, pendingDerivation, recipeOf } from '#shared/structures/derivation/derivation.ts';
import { sourcesOf } from '#shared/structures/derivation/derive.ts';
import type { Command } from '../../command.ts';
import { openedDocument } from '../../longWork.ts';
import { assertUnlocked, insertRoi, replaceRoi, roiByNumber } from '../rois.ts';

/**
 * Makes a ROI of this name follow a recipe: a new one, or the one that has the name, whose contours are replaced. The contours
 * come from `followSources`, in the same undo step.
 */
export const deriveRoi: Command<[name: string, type: RoiType, recipe: string]> = {
  name: 'deriveRoi',
  label: 'Derive structure',
  undo: 'Undo takes the structure away, or gives the old one its contours back.',
  perform: (name, type, recipe) => {
    const { rois } = openedDocument().structures;
    const old = rois.find((roi) => roi.name === name.trim());
    const text = recipe.trim();
    checkDerivation(rois, { name: name.trim(), recipe: text });
    if (old === undefined) {
      const derivation = pendingDerivation(text, []);
      insertRoi(`Derive ${name.trim()}`, { name, type, algorithm: 'SEMIAUTOMATIC', derivation });
      return;
    }
    assertUnlocked(old);
    replaceRoi(`Derive ${old.name}`, old.number, (roi) => ({
      ...roi,
      derivation: pendingDerivation(text, roi.contours),
    }));
  },
};

/** Makes a derived ROI anew now, whatever was done to it by hand. */
export const followAgain: Command<[roiNumber: number]> = {
  name: 'followAgain',
  label: 'Follow again',
  undo: 'Undo brings back the contours edited by hand.',
  perform: (roiNumber) => {
    const old = roiByNumber(roiNumber);
    assertUnlocked(old);
    if (old.derivation === undefined) throw new IsocenterError('USAGE', 'has no recipe', { object: old.name });
    const { recipe } = old.derivation;
    replaceRoi(`Update ${old.name}`, roiNumber, (roi) => ({
      ...roi,
      derivation: pendingDerivation(recipe, roi.contours),
    }));
  },
};

/** Takes the recipe away; the contours stay. */
export const unlinkRoi: Command<[roiNumber: number]> = {
  name: 'unlinkRoi',
  label: 'Unlink',
  undo: 'Undo makes it follow its recipe again.',
  perform: (roiNumber) => {
    const { name } = roiByNumber(roiNumber);
    replaceRoi(`Unlink ${name}`, roiNumber, ({ derivation: _recipe, ...roi }) => roi);
  },
};

/**
 * @throws IsocenterError USAGE for a recipe that cannot be read, NOT_FOUND for a structure that is not there, CONFLICT for a ROI that
 * would be made from itself.
 */
export function checkDerivation(rois: readonly Roi[], { name, recipe }: { name: string; recipe: string }): void {
  const derivation = pendingDerivation(recipe, []);
  const parsed = recipeOf({ name, derivation });
  for (const source of parsed === undefined ? [] : sourcesOf(parsed))
    if (!rois.some((roi) => roi.name === source))
      throw new IsocenterError('NOT_FOUND', `there is no structure ${source}`, { object: name });
  const target = rois.find((roi) => roi.name === name);
  derivationOrder(target === undefined ? rois : rois.map((roi) => (roi === target ? { ...roi, derivation } : roi)));
}
