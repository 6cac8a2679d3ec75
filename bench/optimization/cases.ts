import { readFileSync } from 'node:fs';
import { goalSheetFiles, parseGoalSheet } from '#shared/evaluation/goals/goalSheet.ts';
import type { BeamAngles } from '#shared/geometry/iec.ts';
import type { GoalSheet } from '#shared/model/goals.ts';
import type { ArcSettings } from '#shared/optimization/arcs/arcSettings.ts';
import { type Goals, parseGoals } from '#shared/optimization/objectives/goals.ts';
import type { PhantomKind } from '#shared/phantom/phantom.ts';

export interface PlanningCase {
  readonly name: string;
  readonly phantom: PhantomKind;
  /** What a plan must reach. */
  readonly sheet: GoalSheet;
  /** What is minimised to get there. */
  readonly goals: Goals;
  /** The static fields. */
  readonly fields: readonly BeamAngles[];
  readonly arcs: readonly ArcSettings[];
  /** mm. */
  readonly grid: number;
  readonly bixel: number;
}

interface Kind {
  readonly phantom: PhantomKind;
  /** The shipped goal sheet of a case that has none of its own. */
  readonly sheet?: string;
  readonly grid?: number;
  readonly bixel?: number;
}

const KINDS: Readonly<Record<string, Kind>> = {
  'c-shape': { phantom: 'tg119-c-shape' },
  'c-shape-hard': { phantom: 'tg119-c-shape' },
  prostate: { phantom: 'tg119-prostate' },
  'head-neck': { phantom: 'tg119-head-neck' },
  // From 50 to 25 Gy within 4 mm: neither fields in steps of 5 mm nor a grid of 3 mm can have that.
  'multi-target': { phantom: 'tg119-multi-target', grid: 2.5, bixel: 2.5 },
  head: { phantom: 'head', sheet: 'brain' },
  pelvis: { phantom: 'pelvis', sheet: 'prostate' },
};

export const CASE_NAMES: readonly string[] = Object.keys(KINDS);

/**
 * A case from its folder: `goals.json`, `beams.json` and `arcs.json` as `isocenter optimize` takes them, and its goal sheet.
 * @throws IsocenterError as the files' readers do; Error for a name that is none of CASE_NAMES.
 */
export function planningCase(name: string): PlanningCase {
  if (!Object.hasOwn(KINDS, name)) throw new Error(`${name} is none of ${CASE_NAMES.join(', ')}`);
  const { phantom, sheet, grid = 3, bixel = 5 } = KINDS[name];
  const text = (file: string): string => readFileSync(new URL(`cases/${name}/${file}.json`, import.meta.url), 'utf8');
  return {
    name,
    phantom,
    sheet:
      sheet === undefined
        ? parseGoalSheet(JSON.parse(text('sheet')), `${name}/sheet.json`)
        : goalSheetFiles().find(({ file }) => file === sheet)!.sheet,
    goals: parseGoals(text('goals'), `${name}/goals.json`),
    fields: (JSON.parse(text('beams')) as { beams: BeamAngles[] }).beams,
    arcs: (JSON.parse(text('arcs')) as { arcs: ArcSettings[] }).arcs,
    grid,
    bixel,
  };
}
