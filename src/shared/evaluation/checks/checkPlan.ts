import { IsocenterError, throwIfCancelled, type AbortSignalLike, describeError } from '../../contract/errors.ts';
import { type CheckInput, PlanFacts, type Rule } from './facts.ts';
import { type CheckOutcome, type Finding, notJudged } from './outcome.ts';
import { BEAM_RULES } from './rules/beams.ts';
import { CLEARANCE_RULES } from './rules/clearance.ts';
import { DENSITY_RULES } from './rules/density.ts';
import { DOSE_RULES } from './rules/dose.ts';
import { FIELD_RULES } from './rules/field.ts';
import { IDENTITY_RULES } from './rules/identity.ts';
import { INSIDE_RULES } from './rules/inside.ts';
import { ISOCENTER_RULES } from './rules/isocenter.ts';
import { LATERALITY_RULES } from './rules/laterality.ts';
import { MACHINE_RULES } from './rules/machine.ts';
import { MU_RULES } from './rules/monitorUnits.ts';
import { PRESCRIPTION_RULES } from './rules/prescription.ts';
import { STRUCTURE_RULES } from './rules/structures.ts';

/** All rules, in the order in which people read them. */
export const RULES: readonly Rule[] = [
  ...IDENTITY_RULES,
  ...STRUCTURE_RULES,
  ...INSIDE_RULES,
  ...LATERALITY_RULES,
  ...DENSITY_RULES,
  ...PRESCRIPTION_RULES,
  ...BEAM_RULES,
  ...ISOCENTER_RULES,
  ...MACHINE_RULES,
  ...CLEARANCE_RULES,
  ...FIELD_RULES,
  ...MU_RULES,
  ...DOSE_RULES,
];

export interface CheckOptions {
  /** Default: all rules. */
  readonly which?: (rule: Rule) => boolean;
  readonly signal?: AbortSignalLike;
  readonly onProgress?: (fraction: number) => void;
}

/**
 * Holds a plan against every rule. A rule that what it looks at breaks (contours that are no plane, for one) is not judged, with the
 * reason, and never passes.
 * @throws IsocenterError CANCELLED
 */
export function checkPlan(input: CheckInput, options: CheckOptions = {}): CheckOutcome[] {
  const facts = new PlanFacts(input);
  const rules = RULES.filter(options.which ?? (() => true));
  const outcomes: CheckOutcome[] = [];
  for (const [n, rule] of rules.entries()) {
    throwIfCancelled(options.signal);
    for (const finding of judged(rule, facts)) outcomes.push({ rule: rule.id, group: rule.group, ...finding });
    options.onProgress?.((n + 1) / rules.length);
  }
  return outcomes;
}

function judged(rule: Rule, facts: PlanFacts): readonly Finding[] {
  try {
    return rule.check(facts);
  } catch (error) {
    if (!(error instanceof IsocenterError)) throw error;
    return [notJudged(`${rule.title}: not judged, ${describeError(error)}`)];
  }
}
