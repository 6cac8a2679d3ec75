import { IsocenterError } from '../../contract/errors.ts';
import type { Grid } from '../../geometry/volume.ts';
import type { Contour } from '../../model/structures.ts';
import { combineContours } from '../contours/boolean.ts';
import { DIRECTIONS, expandDirectionally } from '../margins/directionalMargin.ts';
import { expandContours } from '../margins/margin.ts';
import { type Expression, type Recipe, recipeText } from './recipe.ts';
import type { Expand } from '../margins/rememberingExpand.ts';
import type { BooleanOperation } from '../contours/rings.ts';

/** The closed contours of a structure by its name. @throws when there is no such structure, naming it. */
export type StructureLookup = (name: string) => readonly Contour[];

type Call = Extract<Expression, { kind: 'call' }>;

interface Operation {
  readonly usage: string;
  /** How many structures and lengths it takes, least and most. */
  readonly structures: readonly [number, number];
  readonly lengths: readonly [number, number];
  readonly apply: (
    structures: readonly (readonly Contour[])[],
    lengths: readonly number[],
    grid: Grid,
    named: Call['named'],
    expand: Expand,
  ) => Contour[];
  /** Names that lengths may be given by. */
  readonly names?: readonly string[];
}

const combined = (operation: BooleanOperation): Operation => ({
  usage: `${operation}(A, B, …)`,
  structures: [2, Infinity],
  lengths: [0, 0],
  apply: ([first, ...others], _lengths, grid) =>
    others.reduce<Contour[]>((made, other) => combineContours(operation, made, other, grid), [...first]),
});

const OPERATIONS: ReadonlyMap<string, Operation> = new Map<string, Operation>([
  ['union', combined('union')],
  ['intersect', combined('intersect')],
  ['subtract', combined('subtract')],
  ['xor', { ...combined('xor'), usage: 'xor(A, B)', structures: [2, 2] }],
  [
    'margin',
    {
      usage: `margin(A, MM) or margin(A, MM, DIRECTION=MM, …), DIRECTION one of ${DIRECTIONS.join(', ')}`,
      structures: [1, 1],
      lengths: [0, 1],
      names: DIRECTIONS,
      apply: ([a], [mm = 0], grid, named, expand) =>
        named.size === 0 ? expand(a, mm, grid) : expandDirectionally(a, mm, named, grid),
    },
  ],
  [
    'ring',
    {
      usage: 'ring(A, FROM, TO)',
      structures: [1, 1],
      lengths: [2, 2],
      apply: ([a], [from, to], grid, _named, expand) => {
        if (!(from < to))
          throw new IsocenterError(
            'USAGE',
            `a ring reaches from a lesser to a greater distance, not from ${from} to ${to} mm`,
          );
        return combineContours('subtract', grown(a, to, grid, expand), grown(a, from, grid, expand), grid);
      },
    },
  ],
  [
    'crop',
    {
      usage: 'crop(A, B, GAP)',
      structures: [2, 2],
      lengths: [0, 1],
      apply: ([a, b], [gap = 0], grid, _named, expand) => {
        return combineContours('subtract', a, grown(b, checkedGap(gap), grid, expand), grid);
      },
    },
  ],
  [
    'inside',
    {
      usage: 'inside(A, B, GAP)',
      structures: [2, 2],
      lengths: [0, 1],
      apply: ([a, b], [gap = 0], grid, _named, expand) => {
        return combineContours('intersect', a, grown(b, -checkedGap(gap), grid, expand), grid);
      },
    },
  ],
]);

function checkedGap(gap: number): number {
  if (gap < 0) throw new IsocenterError('USAGE', `the gap is 0 mm or more, not ${gap}`);
  return gap;
}

/** A margin of nothing leaves the contours as drawn, to the last digit. */
const grown = (contours: readonly Contour[], mm: number, grid: Grid, expand: Expand): Contour[] =>
  mm === 0 ? [...contours] : expand(contours, mm, grid);

/**
 * The contours of a recipe's target on the k planes of `grid`:
 * `union`, `intersect` (A, B, …), `subtract` (A, B, …: A without the others), `xor` (A, B); `margin` (A, mm: negative shrinks; see expandDirectionally for `left=mm` …);
 * `ring` (A, from, to: what lies between these distances from A's surface, negative ones inside A); `crop` (A, B, gap: A without what
 * is in B or nearer to it than the gap); `inside` (A, B, gap: what of A is in B and no nearer to its surface than the gap).
 * @throws IsocenterError USAGE for an unknown operation or wrong operands, and what `lookup`, combineContours and expandContours throw,
 * naming the target.
 */
export function deriveContours(
  recipe: Recipe,
  lookup: StructureLookup,
  grid: Grid,
  expand: Expand = expandContours,
): Contour[] {
  const evaluate = (expression: Expression): readonly Contour[] =>
    expression.kind === 'roi' ? lookup(expression.name) : apply(expression);
  const apply = (call: Call): Contour[] => {
    const operation = checkedOperation(call, recipe.target);
    const structures = call.operands.map(evaluate);
    try {
      return operation.apply(structures, call.lengths, grid, call.named, expand);
    } catch (error) {
      if (!(error instanceof IsocenterError)) throw error;
      const { code, message, attribute } = error;
      throw new IsocenterError(code, message, {
        object: `${recipe.target} = ${recipeText(call)}`,
        ...(attribute !== undefined && { attribute }),
        cause: error,
      });
    }
  };
  return [...evaluate(recipe.expression)];
}

/** @throws IsocenterError USAGE for an unknown operation or wrong operands, anywhere in the recipe. */
export function checkRecipe({ target, expression }: Recipe): void {
  if (expression.kind === 'roi') return;
  checkedOperation(expression, target);
  for (const operand of expression.operands) checkRecipe({ target, expression: operand, text: target });
}

/** How each operation is written. */
export const OPERATION_USAGE: readonly string[] = [...OPERATIONS.values()].map(({ usage }) => usage);

/** The names of the structures a recipe is made from, each once. */
export function sourcesOf({ expression }: Recipe): string[] {
  const names = (part: Expression): string[] => (part.kind === 'roi' ? [part.name] : part.operands.flatMap(names));
  return [...new Set(names(expression))];
}

function checkedOperation(call: Call, target: string): Operation {
  const operation = OPERATIONS.get(call.operation);
  const place = { object: `${target} = ${recipeText(call)}` };
  if (operation === undefined)
    throw new IsocenterError('USAGE', `'${call.operation}' is none of ${[...OPERATIONS.keys()].join(', ')}`, place);
  const within = (count: number, [least, most]: readonly [number, number]): boolean => count >= least && count <= most;
  if (
    !within(call.operands.length, operation.structures) ||
    !within(call.lengths.length, operation.lengths) ||
    [...call.named.keys()].some((key) => operation.names?.includes(key) !== true) ||
    (call.operation === 'margin' && call.lengths.length + call.named.size === 0)
  )
    throw new IsocenterError('USAGE', `write ${operation.usage}, lengths in mm`, place);
  return operation;
}
