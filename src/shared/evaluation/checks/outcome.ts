import type { Vec3 } from '../../geometry/vec.ts';
import type { CheckOverride } from '../../model/checks.ts';

/** `fail` must be mended before treatment; a `warning` may stand for a reason that somebody gives; what could not be judged was not passed. */
export type CheckStatus = 'pass' | 'warning' | 'fail' | 'notJudged';

export type CheckGroup =
  | 'Patient and images'
  | 'Structures'
  | 'Prescription'
  | 'Beams'
  | 'Fields'
  | 'Monitor units'
  | 'Dose';

/** What a finding is about, so that a click can go there. */
export interface CheckPlace {
  readonly beam?: number;
  readonly roi?: number;
  /** LPS mm. */
  readonly point?: Vec3;
}

export interface Finding {
  readonly status: CheckStatus;
  /** One sentence with the name of what it is about, the value and the limit, each with its unit. */
  readonly text: string;
  readonly about?: CheckPlace;
}

export interface CheckOutcome extends Finding {
  /** Id of the rule, such as `mu.missing`. */
  readonly rule: string;
  readonly group: CheckGroup;
}

export const overrideOf = (
  outcome: CheckOutcome,
  overrides: readonly CheckOverride[] | undefined,
): CheckOverride | undefined =>
  outcome.status === 'warning'
    ? overrides?.find(({ rule, text }) => rule === outcome.rule && text === outcome.text)
    : undefined;

const finding =
  (status: CheckStatus) =>
  (text: string, about?: CheckPlace): Finding => ({ status, text, ...(about === undefined ? {} : { about }) });

export const pass = finding('pass');
export const warning = finding('warning');
export const fail = finding('fail');
export const notJudged = finding('notJudged');

/** The faults, or where there are none the one sentence that says what was found to be right. */
export const faultsOr = (faults: readonly Finding[], right: string): readonly Finding[] =>
  faults.length > 0 ? faults : [pass(right)];
