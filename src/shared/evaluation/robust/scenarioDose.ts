import { subtract } from '../../geometry/vec.ts';
import type { Vec3 } from '../../geometry/vec.ts';
import type { Volume } from '../../geometry/volume.ts';
import type { DoseEngine } from '../../dosimetry/engine.ts';
import { computePlanDose, type PlanDoseInput, type PlanDoseOptions } from '../../dosimetry/plan/planDose.ts';
import { PlanDoseMemory } from '../../dosimetry/plan/planDoseMemory.ts';
import type { DoseVolume } from '../../model/dose.ts';
import type { Plan } from '../../model/plan.ts';
import type { Scenario } from './scenarios.ts';

/** A finished plan in its patient, and the engine that its dose is computed with. */
export type ScenarioInput = Omit<PlanDoseInput, 'engine' | 'memory' | 'weights' | 'withBeamDoses'> & {
  readonly engine: DoseEngine;
};

/**
 * Doses of scenarios of one plan, with its monitor units: none is normalised anew. The patient stays where it is, so that structures and
 * doses keep their places, and the beams are moved the other way. Scenarios of one density after the other share what they can.
 */
export class ScenarioDoses {
  readonly #input: ScenarioInput;
  #shared: { readonly factor: number; readonly memory: PlanDoseMemory } | undefined;

  constructor(input: ScenarioInput) {
    this.#input = input;
  }

  /** @throws IsocenterError as computePlanDose; MISSING_ATTRIBUTE for a beam without monitor units */
  async of({ shift, densityFactor }: Scenario, options: PlanDoseOptions = {}): Promise<DoseVolume> {
    const { engine, plan, ...input } = this.#input;
    if (this.#shared?.factor !== densityFactor) {
      const memory = new PlanDoseMemory(withDensity(engine, densityFactor), { quick: false });
      this.#shared = { factor: densityFactor, memory };
    }
    const { memory } = this.#shared;
    const { planDose } = await computePlanDose(
      { ...input, plan: shifted(withFixedUnits(plan), shift), memory, withBeamDoses: false },
      options,
    );
    return planDose;
  }
}

function withFixedUnits(plan: Plan): Plan {
  const { prescription } = plan;
  if (prescription === undefined) return plan;
  return { ...plan, prescription: { ...prescription, normalization: { ...prescription.normalization, kind: 'None' } } };
}

/** The plan as a patient who lies `shift` (LPS mm) from where it was planned sees it. */
function shifted(plan: Plan, shift: Vec3): Plan {
  if (shift.every((mm) => mm === 0)) return plan;
  return {
    ...plan,
    beams: plan.beams.map((beam) => ({
      ...beam,
      controlPoints: beam.controlPoints.map((point) => ({ ...point, isocenter: subtract(point.isocenter, shift) })),
    })),
  };
}

/** The engine for a patient (boli included) of whom every density is `factor` times what the CT says. */
function withDensity(engine: DoseEngine, factor: number): DoseEngine {
  if (factor === 1) return engine;
  return {
    ...engine,
    prepare: (problem, options) => engine.prepare({ ...problem, density: scaled(problem.density, factor) }, options),
  };
}

const scaled = (density: Volume<Float32Array>, factor: number): Volume<Float32Array> => ({
  ...density,
  data: density.data.map((value) => value * factor),
});
