import type { Vec3 } from '../geometry/vec.ts';
import type { Volume } from '../geometry/volume.ts';

/** A dose grid in Gy with what it stands for and what made it. */
export interface DoseVolume extends Volume<Float32Array> {
  readonly sopInstanceUid: string;
  readonly frameOfReferenceUid: string;
  /**
   * PS3.3 C.8.8.3: PLAN = all of the plan; BEAM = all fractions of one beam or several; FRACTION = all fractions of one fraction group;
   * FRACTION_SESSION and BEAM_SESSION = one fraction; MULTI_PLAN = several plans (evaluation/doses/doseMeaning.ts).
   */
  readonly summation: string;
  readonly doseType: 'PHYSICAL' | 'EFFECTIVE' | 'ERROR';
  readonly beamNumber?: number;
  /** Of the plan, for a dose of a beam; 1 where it is absent. */
  readonly fractionGroup?: number;
  /** Where it is of several beams. */
  readonly beamNumbers?: readonly number[];
  readonly planUid?: string;
  /** The plans of a MULTI_PLAN dose, which has no `planUid`. */
  readonly planUids?: readonly string[];
  readonly structureSetUid?: string;
  /** Absent when the dose is not ours or does not say: its origin is then unknown. */
  readonly provenance?: DoseProvenance;
  /** Absent for a dose that was not made from others here. */
  readonly derivation?: DoseDerivation;
  /** Manufacturer and model of what wrote a dose without provenance. */
  readonly maker?: string;
  readonly warnings: readonly string[];
}

/** What a dose that was added up here was made from. */
export interface DoseDerivation {
  readonly operation: 'sum';
  readonly terms: readonly {
    readonly name: string;
    readonly sopInstanceUid: string;
    readonly weight: number;
    /** Fractions in which the whole of the dose is given. */
    readonly fractions?: number;
    /** Names of the registrations it came through; none where it lay in the frame of the sum. */
    readonly through: readonly string[];
  }[];
  /** Gy: the sum is of EQD2; absent: of the doses as they are. */
  readonly alphaBeta?: number;
  /** cm³ that some of the doses reach and others do not: the sum there is a lower bound. */
  readonly unreached: number;
  /** What speaks against the doses that went in. */
  readonly reasons: readonly string[];
  /** Names of those of unknown origin. */
  readonly foreign: readonly string[];
}

/** What made a dose, and what it was made for. A dose whose basis is not that of the plan shown beside it is stale (dosimetry/doseBasis.ts). */
export interface DoseProvenance {
  readonly engine: string;
  readonly version: string;
  /** What ran the innermost loops, e.g. "wasm simd", "typescript", "webgpu"; absent in doses made before it was recorded. */
  readonly implementation?: string;
  /** Each machine of the treatment beams once; `hash` of its record. */
  readonly machines: readonly NamedContent[];
  readonly calibration: NamedContent;
  readonly grid: { readonly spacing: Vec3; readonly dims?: Vec3; readonly origin?: Vec3 };
  readonly settings: ProvenanceSettings;
  /** Absent in doses made before it was recorded: whether they still belong to their plan cannot be checked. */
  readonly basis?: DoseBasisHashes;
  /** ISO 8601. */
  readonly madeAt?: string;
  /** True when this may not stand for the plan's dose; `reasons` says why. */
  readonly approximate: boolean;
  readonly reasons: readonly string[];
}

/** A record by name and by a hash of its content (dosimetry/contentHash.ts). */
export interface NamedContent {
  readonly name: string;
  readonly hash?: string;
}

interface ProvenanceSettings {
  /** Collapsed-cone directions, where the engine has them. */
  readonly directions?: number;
  /** Widest gantry angle that one computed direction of an arc stands for, degrees. */
  readonly arcSector?: number;
  /** Tissue Heterogeneity Correction (PS3.3 C.8.8.3). */
  readonly heterogeneity: readonly ('IMAGE' | 'ROI_OVERRIDE' | 'WATER')[];
  /** Densities in g/cm³ set by hand, in the order in which they were laid over the CT. */
  readonly overrides: readonly { readonly name: string; readonly density: number }[];
}

/** Hashes of everything that shapes a dose beside engine, machine and calibration. */
export interface DoseBasisHashes {
  /** Beams with their metersets, fractions, patient position. */
  readonly plan: string;
  readonly body: string;
  /** ROIs whose density is set, with it. */
  readonly overrides: string;
  readonly ctSeriesUid: string;
  /** Grid of the CT. */
  readonly ct: string;
}
