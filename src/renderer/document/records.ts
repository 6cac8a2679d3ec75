import type { PatientTree } from '#shared/contract/rpc/patients.ts';
import type { Volume } from '#shared/geometry/volume.ts';
import type { PlanDoseResult } from '#shared/dosimetry/plan/planDose.ts';
import type { DoseVolume } from '#shared/model/dose.ts';
import type { ImageVolume } from '#shared/model/image.ts';
import type { PatientIdentity, StudyIdentity } from '#shared/model/patient.ts';
import type { Plan } from '#shared/model/plan.ts';
import type { Landmark, Registration } from '#shared/model/registration.ts';
import type { StructureSet } from '#shared/model/structures.ts';
import type { PlacedObject } from './choose.ts';

/** What a dose was computed from: the dose is stale as soon as the document's relevant parts differ from these. */
export interface DoseBasis {
  readonly primary: ImageVolume;
  readonly structures: StructureSet;
  readonly plan: Plan;
  /** How its monitor units compare with the independent check; absent for doses that were opened. */
  readonly muCheck?: PlanDoseResult['muCheck'];
}

/** A plan with its dose: one of those that are open beside the active one, whose record the document's own fields are. */
export interface PlanRecord {
  /** Which of the patient's plans it is, through edits, swaps and saving: 0 for the first that came, never given to another. */
  readonly index: number;
  readonly plan: Plan;
  /** True when `plan` differs from the stored instance it came from. */
  readonly planDirty: boolean;
  readonly dose?: DoseVolume;
  readonly beamDoses: readonly DoseVolume[];
  readonly doseBasis?: DoseBasis;
  readonly doseStale?: string;
}

/** Doses that were added up; `dose` lies in the primary image's frame of reference. */
export interface DoseSumRecord {
  readonly id: number;
  readonly name: string;
  /** Keys (`shownDoses`) of what went in, with weights; the voxels that it had then, in their order. */
  readonly terms: readonly {
    readonly key: string;
    readonly name: string;
    readonly weight: number;
    readonly data: Float32Array;
  }[];
  readonly dose: DoseVolume;
  /** True once it was stored as it is. */
  readonly saved?: boolean;
  /** How many of the doses reach each voxel. */
  readonly reached: Volume<Uint8Array>;
  /** Σ weight × prescription, Gy, where every dose has one and no EQD2 is meant. */
  readonly prescribed?: number;
}

/** A dose of the archive that was opened to be looked at beside those of the open plans, in the primary image's frame of reference. */
export interface StoredDoseRecord {
  readonly name: string;
  readonly dose: DoseVolume;
  /** What must be known before it is taken for the dose of a course. */
  readonly notes: readonly string[];
  /** Of its plan, where that is open. */
  readonly fractions?: number;
  readonly prescribed?: number;
  /** Names of the registrations that it came through. */
  readonly through: readonly string[];
}

/** Landmarks between two frames of reference, LPS mm of each. */
export interface LandmarkSet {
  readonly fixedFrame: string;
  readonly movingFrame: string;
  readonly pairs: readonly Landmark[];
}

/** The patient on screen. `structures` and `plan` are editable drafts; everything loaded from the archive is immutable. */
export interface ClinicalDocument {
  readonly patientKey: string;
  readonly patient: PatientIdentity;
  readonly study: StudyIdentity;
  readonly tree: PatientTree;
  /** The image planned on: contours, plan and dose live in its frame of reference. */
  readonly primary: ImageVolume;
  /** The image fused over it, in its own frame; `fusionOf` finds the way from there to the primary's through the registrations. */
  readonly secondary?: ImageVolume;
  /** Every readable registration of the patient in the archive, newest first. */
  readonly registrations: readonly Registration[];
  /** Those made or changed here and not saved; they come before the stored ones. */
  readonly registrationDrafts: readonly Registration[];
  /** Keys (`registrationKey`) of stored registrations put aside: no way leads through them. */
  readonly registrationsOff: readonly string[];
  /** Pairs of points picked for one pair of frames, with which it is registered or its registration judged. */
  readonly landmarks?: LandmarkSet;
  readonly structures: StructureSet;
  /** True when `structures` differs from the stored instance it came from. */
  readonly structuresDirty: boolean;
  /** The active plan: what is edited, computed and shown. `allPlans` has it together with the others. */
  readonly plan?: Plan;
  /** `PlanRecord.index` of the active plan, kept where there is none. */
  readonly planIndex: number;
  readonly planDirty: boolean;
  /** The patient's other open plans with their doses, by index. */
  readonly otherPlans: readonly PlanRecord[];
  /** Stored doses of other plans that are not read yet, by index of the plan; newest first. */
  readonly unreadDoses: ReadonlyMap<number, readonly PlacedObject[]>;
  /** Plan dose for the whole course, with the beam doses where they were computed here. */
  readonly dose?: DoseVolume;
  readonly beamDoses: readonly DoseVolume[];
  /** What `dose` was computed from; kept with it by every edit that replaces it. */
  readonly doseBasis?: DoseBasis;
  /** Why the dose shown does not belong to the plan or structures shown; absent when it does. */
  readonly doseStale?: string;
  /** Doses added up here; absent means none. */
  readonly doseSums?: readonly DoseSumRecord[];
  /** Stored doses opened to be looked at; absent means none. */
  readonly storedDoses?: readonly StoredDoseRecord[];
  /** UIDs of what was last saved to the archive, for sending. */
  readonly savedInstances: readonly string[];
}
