import type { CheckGroup, Finding } from './outcome.ts';
import { checkDeliverability, type Deliverability } from '../../optimization/deliverability/deliverability.ts';
import type { DeliveryMachine } from '../../optimization/deliverability/deliveryMachine.ts';
import { limitsFor } from '../../optimization/deliverability/limitsOnly.ts';
import type { Machine } from '../../dosimetry/machine/machine.ts';
import type { BeamMuCheck, UncheckedBeam } from '../../dosimetry/muCheck/muCheck.ts';
import type { DoseVolume } from '../../model/dose.ts';
import type { ImageVolume } from '../../model/image.ts';
import type { PatientIdentity } from '../../model/patient.ts';
import type { Beam, Plan } from '../../model/plan.ts';
import type { Registration } from '../../model/registration.ts';
import type { Contour, Roi, StructureSet } from '../../model/structures.ts';
import { type ContourStack, stackContours } from '../../structures/contours/stack.ts';
import { prescribedTarget } from '../../structures/prescribedTarget.ts';
import { computeDvh, type Dvh } from '../dvh.ts';
import { measureRoi } from '../statistics.ts';
import type { Vec3 } from '../../geometry/vec.ts';

/** A plan with what lies around it. What is absent leaves the rules that need it unjudged. Plain data: it crosses to workers. */
export interface CheckInput {
  readonly plan: Plan;
  readonly structures?: StructureSet;
  readonly ct?: ImageVolume;
  /** Of the whole plan, Gy. */
  readonly dose?: DoseVolume;
  /** Why the dose does not belong to the plan as it is now. */
  readonly doseStale?: string;
  readonly muCheck?: readonly (BeamMuCheck | UncheckedBeam)[];
  /** The machines known, those of the plan among them where they are. */
  readonly machines: readonly Machine[];
  /** Deliverability is judged by these published limits (resources/machine-limits) and not by the machines of the beams. */
  readonly limits?: string;
  /** Whose each object is. */
  readonly patients?: readonly { readonly object: string; readonly patient: PatientIdentity }[];
  /** Those that what is planned on came through. */
  readonly registrations?: readonly Registration[];
}

export interface Bounds {
  readonly low: Vec3;
  readonly high: Vec3;
}

/** Contours are immutable: what was measured of them holds. */
const stacks = new WeakMap<readonly Contour[], ContourStack>();
const boxes = new WeakMap<readonly Contour[], Bounds | undefined>();

/** What several rules ask for, found once. */
export class PlanFacts {
  readonly input: CheckInput;
  readonly treatment: readonly Beam[];
  #deliverability = new Map<number, Deliverability>();
  #targetDvh: Dvh | undefined;

  constructor(input: CheckInput) {
    this.input = input;
    this.treatment = input.plan.beams.filter(({ deliveryType }) => deliveryType === 'TREATMENT');
  }

  get rois(): readonly Roi[] {
    return this.input.structures?.rois ?? [];
  }

  /** The prescription's target, where it has contours: by its number, or by its name where the plan gives it none (0). */
  get target(): Roi | undefined {
    return prescribedTarget(this.input.plan.prescription, this.rois);
  }

  /** What to call the target. */
  get targetName(): string {
    return this.target?.name ?? (this.input.plan.prescription?.targetName || 'the target');
  }

  get body(): Roi | undefined {
    return this.rois.find(({ type, contours }) => type === 'EXTERNAL' && contours.length > 0);
  }

  machineOf({ machine }: Beam): Machine | undefined {
    return this.input.machines.find(({ name }) => name === machine);
  }

  /** What says whether a beam can be delivered. @throws IsocenterError MACHINE for unknown limits */
  judgeOf(beam: Beam): DeliveryMachine | undefined {
    const { limits } = this.input;
    return limits === undefined ? this.machineOf(beam) : limitsFor(limits, beam);
  }

  deliverabilityOf(beam: Beam, machine: DeliveryMachine): Deliverability {
    const known = this.#deliverability.get(beam.number) ?? checkDeliverability(beam, machine);
    this.#deliverability.set(beam.number, known);
    return known;
  }

  /** @throws IsocenterError GEOMETRY as stackContours */
  stackOf({ contours, name }: Roi): ContourStack {
    const known = stacks.get(contours) ?? stackContours(contours, { name });
    stacks.set(contours, known);
    return known;
  }

  /** Box round all vertices, LPS mm. */
  boundsOf({ contours }: Roi): Bounds | undefined {
    if (boxes.has(contours)) return boxes.get(contours);
    const low = [Infinity, Infinity, Infinity];
    const high = [-Infinity, -Infinity, -Infinity];
    for (const { points } of contours)
      for (let n = 0; n < points.length; n++) {
        const axis = n % 3;
        if (points[n] < low[axis]) low[axis] = points[n];
        if (points[n] > high[axis]) high[axis] = points[n];
      }
    const box: Bounds | undefined =
      low[0] <= high[0] ? { low: [low[0], low[1], low[2]], high: [high[0], high[1], high[2]] } : undefined;
    boxes.set(contours, box);
    return box;
  }

  /** cm³ and LPS mm. @throws IsocenterError GEOMETRY as stackContours */
  measure(roi: Roi): { volume: number; centroid: Vec3 } | undefined {
    return measureRoi(roi.contours, this.input.ct);
  }

  /** The target's histogram, where there is a dose. */
  get targetDvh(): Dvh | undefined {
    const { dose } = this.input;
    const { target } = this;
    if (dose === undefined || target === undefined) return undefined;
    this.#targetDvh ??= computeDvh(target.contours, dose, { name: target.name });
    return this.#targetDvh;
  }
}

export interface Rule {
  readonly id: string;
  readonly group: CheckGroup;
  /** What it looks at, for documents and lists. */
  readonly title: string;
  /** Needs every voxel of an image or a histogram: run when asked for, not with every edit. */
  readonly expensive?: true;
  /** Without anything to say it passes nothing: a rule that does not apply gives no finding. */
  check(facts: PlanFacts): readonly Finding[];
}

export const beamLabel = ({ number, name }: Beam): string => `Beam ${number} (${name})`;
