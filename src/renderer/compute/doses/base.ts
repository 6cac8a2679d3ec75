import type { DoseDifference } from '#shared/evaluation/doses/subtractDoses.ts';
import type { DoseSum, DoseTerm } from '#shared/evaluation/doses/sumDoses.ts';
import type { FoundSpots } from '#shared/evaluation/doses/spots.ts';
import type { GammaCriteria, GammaResult } from '#shared/evaluation/gamma.ts';
import type { Grid, Volume } from '#shared/geometry/volume.ts';
import type { DoseVolume } from '#shared/model/dose.ts';
import type { Registration } from '#shared/model/registration.ts';
import type { Contour } from '#shared/model/structures.ts';

/** Jobs of the workers that compare and add doses; all are pure functions of shared/evaluation. */
export type DoseJobs = {
  readonly sum: {
    readonly input: {
      readonly terms: readonly DoseTerm[];
      readonly sopInstanceUid: string;
      readonly alphaBeta?: number;
    };
    readonly output: DoseSum;
  };
  readonly difference: {
    readonly input: { readonly first: DoseVolume; readonly second: DoseVolume };
    readonly output: DoseDifference;
  };
  readonly gamma: {
    readonly input: {
      readonly reference: Volume<Float32Array>;
      readonly evaluated: Volume<Float32Array>;
      readonly criteria: GammaCriteria;
    };
    readonly output: GammaResult;
  };
  /** Regions of a dose inside `within` and outside `without`. */
  readonly spots: {
    readonly input: {
      readonly dose: Volume<Float32Array>;
      readonly kind: 'hot' | 'cold';
      readonly level: number;
      readonly within: readonly Contour[];
      readonly without?: readonly Contour[];
    };
    readonly output: FoundSpots;
  };
  /** A dose of another frame of reference, NaN where it does not reach. */
  readonly place: {
    readonly input: {
      readonly dose: DoseVolume;
      readonly frame: string;
      readonly registrations: readonly Registration[];
    };
    readonly output: PlacedVolume;
  };
};

interface PlacedVolume {
  readonly grid: Grid;
  readonly data: Float32Array;
  readonly through: readonly string[];
  readonly warnings: readonly string[];
}
