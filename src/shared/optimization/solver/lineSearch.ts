/** The objective along a search direction. */
export interface LinePoint {
  readonly step: number;
  readonly value: number;
  readonly slope: number;
}

/** Sufficient decrease and curvature of the Wolfe conditions, as usual for quasi-Newton steps. */
const DECREASE = 1e-4;
const CURVATURE = 0.9;
const MOST_TRIALS = 20;

/**
 * A step that fulfils the strong Wolfe conditions, or the longest allowed one if the objective still falls there (Nocedal, Wright,
 * Numerical Optimization (2006), algorithms 3.5 and 3.6, with cubic interpolation). Undefined if none was found; a step that only lowers
 * the objective is accepted when the trials run out.
 */
export async function strongWolfe(
  at: (step: number) => Promise<LinePoint>,
  start: LinePoint,
  firstStep: number,
  longest: number,
): Promise<LinePoint | undefined> {
  let before = start;
  let step = Math.min(firstStep, longest);
  for (let trial = 0; trial < MOST_TRIALS; trial++) {
    const here = await at(step);
    if (isTooHigh(here, start) || (trial > 0 && here.value >= before.value)) return zoom(at, start, before, here);
    if (Math.abs(here.slope) <= -CURVATURE * start.slope) return here;
    if (here.slope >= 0) return zoom(at, start, here, before);
    if (step >= longest) return here;
    const guess = cubicMinimum(before, here);
    const next = guess > step ? guess : 4 * step;
    before = here;
    step = Math.min(longest, Math.min(10 * step, Math.max(1.5 * step, next)));
  }
  return before;
}

function isTooHigh(here: LinePoint, start: LinePoint): boolean {
  return !(here.value <= start.value + DECREASE * here.step * start.slope) || !Number.isFinite(here.slope);
}

/** Narrows a bracket: `low` has the lowest objective so far, and the objective falls from it towards `high`. */
async function zoom(
  at: (step: number) => Promise<LinePoint>,
  start: LinePoint,
  low: LinePoint,
  high: LinePoint,
): Promise<LinePoint | undefined> {
  for (let trial = 0; trial < MOST_TRIALS; trial++) {
    const length = high.step - low.step;
    if (Math.abs(length) <= 1e-14 * Math.max(low.step, high.step)) break;
    const guess = (cubicMinimum(low, high) - low.step) / length;
    const share = guess >= 0 && guess <= 1 ? Math.min(0.9, Math.max(0.1, guess)) : 0.5;
    const here = await at(low.step + share * length);
    if (isTooHigh(here, start) || here.value >= low.value) {
      high = here;
      continue;
    }
    if (Math.abs(here.slope) <= -CURVATURE * start.slope) return here;
    if (here.slope * length >= 0) high = low;
    low = here;
  }
  return low.step > 0 && low.value < start.value ? low : undefined;
}

/** Minimum of the cubic through two values and slopes (Nocedal, Wright, equation 3.59); NaN if there is none. */
function cubicMinimum(a: LinePoint, b: LinePoint): number {
  const length = b.step - a.step;
  const d1 = a.slope + b.slope - (3 * (a.value - b.value)) / (a.step - b.step);
  const d2 = Math.sign(length) * Math.sqrt(d1 * d1 - a.slope * b.slope);
  return b.step - (length * (b.slope + d2 - d1)) / (b.slope - a.slope + 2 * d2);
}
