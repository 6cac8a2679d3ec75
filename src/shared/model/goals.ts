/** A clinical goal for one structure, as a sheet lists it and a plan keeps it. */
export interface PlanGoal {
  /** TG-263 name of the structure it is for. */
  readonly structure: string;
  /** Name of the ROI that the user chose in its place. */
  readonly roi?: string;
  /** ROI number in the plan's structure set, in goals that came with a plan of another system: those name structures by number. */
  readonly roiNumber?: number;
  /** As `parseGoal` reads it: `V20Gy < 30% (35%)`. */
  readonly text: string;
  /** 1 must be reached, 3 is wished for. */
  readonly priority: 1 | 2 | 3;
  /** Where the value comes from: paper and table, or protocol. */
  readonly source?: string;
}

/** Clinical goals of a site; the values hold for one way of fractionation. */
export interface GoalSheet {
  readonly name: string;
  readonly description: string;
  /** What the limits are meant for; absent where they hold for any. */
  readonly fractionation?: {
    readonly fractions?: number;
    /** From, to; Gy. */
    readonly dosePerFraction?: readonly [number, number];
  };
  readonly goals: readonly PlanGoal[];
}
