/** Why somebody lets a warning of the plan checks stand. It holds for the very sentence it was given for: another value is another warning. */
export interface CheckOverride {
  readonly rule: string;
  readonly text: string;
  readonly reason: string;
  /** PN */
  readonly by: string;
  /** ISO 8601 without zone. */
  readonly at: string;
}
