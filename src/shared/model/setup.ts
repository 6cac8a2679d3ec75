import type { Vec3 } from '../geometry/vec.ts';

/** Where the patient is set up before the couch is moved to an isocenter: under the lasers stands this point. */
export interface SetupMarks {
  /** LPS mm. */
  readonly position: Vec3;
  /** In words for the people at the machine (Setup Technique Description, at most 1,024 characters). */
  readonly description?: string;
}

/** From the set-up position to the treatment position, mm in IEC 61217 table top directions at couch 0 (PS3.3 C.8.8.12). */
export interface CouchShift {
  /** Positive: up. */
  readonly vertical: number;
  /** Positive: towards the gantry. */
  readonly longitudinal: number;
  /** Positive: to the right of somebody who stands at the couch's end and looks at the gantry. */
  readonly lateral: number;
}
