import type { Contour, Rgb, RoiType } from '../../model/structures.ts';

/** What can be asked for. */
export const ORGANS = ['body', 'lungs', 'trachea', 'bones', 'canal', 'couch', 'eyes'] as const;
export type Organ = (typeof ORGANS)[number];

/** A structure found in a CT, or the reasons why it was not. */
export interface FoundStructure {
  readonly organ: Organ;
  /** TG-263 name. */
  readonly name: string;
  readonly type: RoiType;
  readonly color: Rgb;
  /** Empty when it was not found: nothing is made then. */
  readonly contours: readonly Contour[];
  /** 0 (not found) to 1: how much of what is expected of the structure was seen. It is no probability of being right. */
  readonly confidence: number;
  /** What speaks for and against it, in words. */
  readonly reasons: readonly string[];
}

/** One thing that is expected of a structure: it weighs the confidence down when it is not so. */
interface Expectation {
  readonly words: string;
  /** 0 not at all … 1 quite so. */
  readonly met: number;
  /** What is left of the confidence when it is not met at all; default 0.3. */
  readonly least?: number;
}

/** The product of what expectations leave, and those not quite met as reasons. */
export function judge(expectations: readonly Expectation[]): { confidence: number; reasons: string[] } {
  let confidence = 0.95;
  const reasons: string[] = [];
  for (const { words, met, least = 0.3 } of expectations) {
    const held = Math.max(0, Math.min(1, met));
    confidence *= least + (1 - least) * held;
    reasons.push(`${held > 0.99 ? '' : held > 0.5 ? 'not quite: ' : 'not so: '}${words}`);
  }
  return { confidence: Math.round(100 * confidence) / 100, reasons };
}

/** 1 within low..high, falling to 0 over `slack` beyond. */
export const within = (value: number, low: number, high: number, slack: number): number =>
  Math.max(0, 1 - Math.max(0, low - value, value - high) / slack);
