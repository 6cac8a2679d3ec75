import { DIRECTIONS } from '#shared/structures/margins/directionalMargin.ts';
import { quotedName } from '#shared/structures/derivation/recipe.ts';

/** What the recipe editor's controls hold. */
export interface RecipeDraft {
  readonly operation: DraftOperation;
  readonly first: string;
  readonly second: string;
  /** Margin, gap, or the ring's inner distance, mm. */
  readonly mm: number;
  /** The ring's outer distance, mm. */
  readonly to: number;
  /** In the order of DIRECTIONS, mm. */
  readonly directions: readonly number[];
}

export type DraftOperation =
  | 'margin'
  | 'directions'
  | 'union'
  | 'intersect'
  | 'subtract'
  | 'xor'
  | 'crop'
  | 'inside'
  | 'ring';

export const EMPTY_DRAFT: RecipeDraft = {
  operation: 'margin',
  first: '',
  second: '',
  mm: 5,
  to: 10,
  directions: DIRECTIONS.map(() => 5),
};

export const OPERATION_LABELS: readonly { readonly value: DraftOperation; readonly label: string }[] = [
  { value: 'margin', label: 'A and a margin' },
  { value: 'directions', label: 'A and six margins' },
  { value: 'union', label: 'A together with B' },
  { value: 'intersect', label: 'what A and B share' },
  { value: 'subtract', label: 'A without B' },
  { value: 'xor', label: 'A or B, not both' },
  { value: 'crop', label: 'A away from B by a gap' },
  { value: 'inside', label: 'A within B by a gap' },
  { value: 'ring', label: 'ring round A' },
];

export const takesSecond = (operation: DraftOperation): boolean =>
  ['union', 'intersect', 'subtract', 'xor', 'crop', 'inside'].includes(operation);

export const takesGap = (operation: DraftOperation): boolean => operation === 'crop' || operation === 'inside';

/** The recipe's text. @throws IsocenterError USAGE for a name that recipes cannot hold. */
export function draftText({ operation, first, second, mm, to, directions }: RecipeDraft): string {
  const [a, b] = [quotedName(first), quotedName(second)];
  if (operation === 'margin') return `margin(${a}, ${mm})`;
  if (operation === 'directions')
    return `margin(${[a, ...DIRECTIONS.map((name, index) => `${name}=${directions[index]}`)].join(', ')})`;
  if (operation === 'ring') return `ring(${a}, ${mm}, ${to})`;
  return takesGap(operation) ? `${operation}(${a}, ${b}, ${mm})` : `${operation}(${a}, ${b})`;
}
