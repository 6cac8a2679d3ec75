import { errorWords, IsocenterError } from '../../contract/errors.ts';
import type { Derivation, Roi } from '../../model/structures.ts';
import { checkRecipe, sourcesOf } from './derive.ts';
import { contoursFingerprint } from '../contours/fingerprint.ts';
import { drawnOf } from '../drawing/interpolated.ts';
import { parseRecipe, quotedName, type Recipe, recipeText, renamedIn } from './recipe.ts';
import { isClosed } from '../contours/stack.ts';

/** Whether a derived ROI is what its recipe makes of its sources as they are now. */
export interface DerivationStatus {
  /** `overridden`: its contours were changed by hand, and stay as they are until it is told to follow again. */
  readonly state: 'current' | 'stale' | 'overridden';
  /** Why it cannot be made anew as things are. */
  readonly obstacle?: string;
}

/** The recipe of a derived ROI. @throws IsocenterError USAGE where it cannot be read. */
export function recipeOf({ name, derivation }: Pick<Roi, 'name' | 'derivation'>): Recipe | undefined {
  if (derivation === undefined) return undefined;
  const recipe = parseRecipe(`${quotedName(name)} = ${derivation.recipe}`);
  checkRecipe(recipe);
  return recipe;
}

/** A derivation whose ROI is to be made anew from its sources: what its contours are now counts as made. */
export const pendingDerivation = (recipe: string, contours: Roi['contours']): Derivation => ({
  recipe,
  sources: '',
  made: contoursFingerprint(contours),
});

/** What a recipe takes of a source: closed contours that somebody drew or accepted; between them it is interpolated anyway. */
export const volumeOf = (contours: Roi['contours']): Roi['contours'] => drawnOf(contours).filter(isClosed);

/** A recipe's sources as a fingerprint; undefined when one of them is missing. */
export function sourcesFingerprint(recipe: Recipe, rois: readonly Roi[]): string | undefined {
  const found = sourcesOf(recipe).map((name) => rois.find((roi) => roi.name === name));
  if (found.some((roi) => roi === undefined)) return undefined;
  return found.map((roi) => contoursFingerprint(volumeOf(roi?.contours ?? []))).join('-');
}

/**
 * The derived ROIs, sources before what is made from them; those with recipes that cannot be read come last.
 * @throws IsocenterError CONFLICT naming the ROIs that are made from each other in a circle.
 */
export function derivationOrder(rois: readonly Roi[]): Roi[] {
  const byName = new Map(rois.map((roi) => [roi.name, roi]));
  const done = new Set<Roi>();
  const path: Roi[] = [];
  const visit = (roi: Roi): void => {
    if (roi.derivation === undefined || done.has(roi)) return;
    const from = path.indexOf(roi);
    if (from >= 0)
      throw new IsocenterError(
        'CONFLICT',
        `is made from itself: ${[...path.slice(from), roi].map(({ name }) => name).join(' ← ')}`,
        { object: roi.name },
      );
    path.push(roi);
    for (const name of readableSources(roi)) {
      const source = byName.get(name);
      if (source !== undefined) visit(source);
    }
    path.pop();
    done.add(roi);
  };
  for (const roi of rois) visit(roi);
  return [...done];
}

function readableSources(roi: Roi): string[] {
  try {
    const recipe = recipeOf(roi);
    return recipe === undefined ? [] : sourcesOf(recipe);
  } catch {
    // What is wrong with it is said by derivationStatuses.
    return [];
  }
}

/** The state of each derived ROI by its number. A ROI is stale with its sources, however far up the change is. */
export function derivationStatuses(rois: readonly Roi[]): Map<number, DerivationStatus> {
  const statuses = new Map<number, DerivationStatus>();
  let order: Roi[];
  try {
    order = derivationOrder(rois);
  } catch (error) {
    const derived = rois.filter(({ derivation }) => derivation !== undefined);
    return new Map(derived.map(({ number }) => [number, { state: 'stale', obstacle: errorWords(error) }]));
  }
  for (const roi of order) statuses.set(roi.number, statusOf(roi, rois, statuses));
  return statuses;
}

function statusOf(roi: Roi, rois: readonly Roi[], known: ReadonlyMap<number, DerivationStatus>): DerivationStatus {
  const { derivation } = roi;
  if (derivation === undefined) return { state: 'current' };
  const overridden = contoursFingerprint(roi.contours) !== derivation.made;
  try {
    const recipe = recipeOf(roi);
    if (recipe === undefined || overridden) return { state: overridden ? 'overridden' : 'current' };
    let stale = sourcesFingerprint(recipe, rois) !== derivation.sources;
    for (const name of sourcesOf(recipe)) {
      const named = rois.filter((other) => other.name === name);
      const [source] = named;
      if (source === undefined) return { state: 'stale', obstacle: `there is no structure ${name}` };
      if (named.length > 1) return { state: 'stale', obstacle: `${named.length} structures are named ${name}` };
      const status = known.get(source.number);
      if (status?.obstacle !== undefined) return { state: 'stale', obstacle: `${name}: ${status.obstacle}` };
      if (
        volumeOf(source.contours).length === 0 &&
        source.generationAlgorithm !== 'SEMIAUTOMATIC' &&
        status?.state !== 'stale'
      )
        return { state: 'stale', obstacle: `${name} has no contours` };
      stale ||= status?.state === 'stale';
    }
    return { state: stale ? 'stale' : 'current' };
  } catch (error) {
    return { state: overridden ? 'overridden' : 'stale', obstacle: errorWords(error) };
  }
}

/**
 * The ROIs that are to be made anew after others changed, in the order of making: those whose recipe is among the changes, and all that
 * follow from a changed one; none that is
 * overridden or locked or cannot be made.
 * @param changed names of ROIs whose contours or recipe changed
 */
export function dueAfter(rois: readonly Roi[], changed: ReadonlySet<string>): Roi[] {
  const statuses = derivationStatuses(rois);
  const touched = new Set(changed);
  const due: Roi[] = [];
  if ([...statuses.values()].every(({ state }) => state !== 'stale')) return due;
  for (const roi of orderOrNone(rois)) {
    const status = statuses.get(roi.number);
    if (status?.state !== 'stale' || status.obstacle !== undefined || roi.locked === true) continue;
    if (!touched.has(roi.name) && !readableSources(roi).some((name) => touched.has(name))) continue;
    touched.add(roi.name);
    due.push(roi);
  }
  return due;
}

function orderOrNone(rois: readonly Roi[]): Roi[] {
  try {
    return derivationOrder(rois);
  } catch {
    return [];
  }
}

/** The ROIs with recipes that name `to` where they named `from`: a source was renamed. Recipes that do not name it stay as written. */
export function withRenamedSource(rois: readonly Roi[], from: string, to: string): Roi[] {
  if (from === to) return [...rois];
  return rois.map((roi) => {
    if (roi.derivation === undefined || !readableSources(roi).includes(from)) return roi;
    const recipe = recipeOf(roi);
    if (recipe === undefined) return roi;
    return { ...roi, derivation: { ...roi.derivation, recipe: recipeText(renamedIn(recipe.expression, from, to)) } };
  });
}
