import type { Volume } from '../geometry/volume.ts';

/** A dose grid in Gy with what it stands for and what made it. */
export interface DoseVolume extends Volume<Float32Array> {
  readonly sopInstanceUid: string;
  readonly frameOfReferenceUid: string;
  /** PS3.3 C.8.8.3: PLAN = all fractions of the plan; BEAM = one beam, all fractions; FRACTION = one fraction. */
  readonly summation: string;
  readonly doseType: 'PHYSICAL' | 'EFFECTIVE' | 'ERROR';
  readonly beamNumber?: number;
  readonly planUid?: string;
  readonly structureSetUid?: string;
  readonly provenance?: DoseProvenance;
  readonly warnings: readonly string[];
}

/** What made a dose. A dose whose provenance does not match its plan is stale and must be shown as such. */
export interface DoseProvenance {
  readonly engine: string;
  readonly version: string;
  readonly machine: string;
  readonly calibration: string;
  readonly gridSpacing: number;
  readonly directions: number;
}
