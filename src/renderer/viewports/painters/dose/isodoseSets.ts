import { z } from 'zod';
import { DEFAULT_LEVELS, type IsodoseLevel, type IsodoseView } from './isodoseView.ts';

/** Levels under a name. */
export interface IsodoseSet extends Pick<IsodoseView, 'unit' | 'levels'> {
  readonly name: string;
}

const KEY = 'isocenter.isodoseSets';

const rgb = z.number().int().min(0).max(255);
const schema = z.array(
  z.object({
    name: z.string().min(1),
    unit: z.enum(['percent', 'gray']),
    levels: z.array(z.object({ value: z.number().positive(), color: z.tuple([rgb, rgb, rgb]), visible: z.boolean() })),
  }),
) satisfies z.ZodType<readonly IsodoseSet[]>;

const INKS = DEFAULT_LEVELS.map(({ color }) => color);

const levels = (values: readonly number[]): IsodoseLevel[] =>
  values.map((value, n) => ({
    value,
    color: INKS[Math.round((n * (INKS.length - 1)) / (values.length - 1))],
    visible: true,
  }));

/** What the program brings: percentages of the prescription, and doses in Gy that organs are judged by. */
export const GIVEN_SETS: readonly IsodoseSet[] = [
  { name: 'Standard, 107 to 30 %', unit: 'percent', levels: DEFAULT_LEVELS },
  { name: 'Few, 95, 80, 50, 20 %', unit: 'percent', levels: levels([95, 80, 50, 20]) },
  { name: 'Stereotactic, 125 to 25 %', unit: 'percent', levels: levels([125, 110, 100, 80, 50, 25]) },
  { name: 'Organ doses, 60 to 5 Gy', unit: 'gray', levels: levels([60, 54, 45, 30, 20, 10, 5]) },
];

/** The sets kept on this computer; what cannot be read is as if it were not there. */
export function ownSets(): readonly IsodoseSet[] {
  try {
    return schema.safeParse(JSON.parse(globalThis.localStorage?.getItem(KEY) ?? '[]')).data ?? [];
  } catch {
    return [];
  }
}

/** Keeps a set; one of the same name gives way. */
export function keepSet(set: IsodoseSet): void {
  write([...ownSets().filter(({ name }) => name !== set.name), set]);
}

export function dropSet(name: string): void {
  write(ownSets().filter((set) => set.name !== name));
}

const write = (sets: readonly IsodoseSet[]): void => globalThis.localStorage?.setItem(KEY, JSON.stringify(sets));
