import type { Grid } from '../../geometry/volume.ts';
import type { Roi } from '../../model/structures.ts';
import type { BeamDoseResult, DoseEngine, PreparedDose } from '../engine.ts';
import type { Machine } from '../machine/machine.ts';
import { type DoseInRoi, doseBySamples } from './doseInRoi.ts';

/** Points that sample the target where an answer is wanted at once; a DVH has 400 000. */
const QUICK_SAMPLES = 20_000;

/**
 * What one computation of a plan's dose leaves for the next, for edits that dose follows: density and grid of the patient, what the
 * engine prepared for them, and beams that were not edited. For one CT, structure set, calibration, grid and engine; whoever keeps it
 * begins a new one when these change.
 */
export class PlanDoseMemory {
  /** Whether monitor units from fewer samples of the target, and unchecked, will do. */
  readonly quick: boolean;
  /** The engine, with a memory. */
  readonly engine: DoseEngine;
  #patient: { readonly key: string; readonly made: unknown } | undefined;
  #target: { readonly contours: Roi['contours']; readonly grid: Grid; readonly judge: DoseInRoi } | undefined;

  constructor(engine: DoseEngine, { quick }: { readonly quick: boolean }) {
    this.quick = quick;
    this.engine = remembering(engine);
  }

  /** What `make` made last time under this key (what of the plan it depends on), else what it makes now. */
  patient<Made>(key: string, make: () => Made): Made {
    if (this.#patient?.key !== key) this.#patient = { key, made: make() };
    return this.#patient.made as Made;
  }

  /** Judges doses in a target, by points kept from one plan to the next. */
  inTarget(target: Roi, grid: Grid): DoseInRoi {
    if (this.#target?.contours !== target.contours || this.#target.grid !== grid)
      this.#target = { contours: target.contours, grid, judge: doseBySamples(target, grid, QUICK_SAMPLES) };
    return this.#target.judge;
  }
}

function remembering(engine: DoseEngine): DoseEngine {
  const known = new Map<object, { readonly settings: string; readonly prepared: Promise<PreparedDose> }>();
  return {
    ...engine,
    prepare: (problem, options) => {
      const settings = JSON.stringify(problem.settings);
      const kept = known.get(problem.density);
      if (kept?.settings === settings) return kept.prepared;
      if (kept === undefined) known.clear();
      const prepared = engine.prepare(problem, options).then(withBeams);
      known.set(problem.density, { settings, prepared });
      return prepared;
    },
  };
}

/** Beams as they were computed last, by number. */
function withBeams(prepared: PreparedDose): PreparedDose {
  const done = new Map<number, { readonly key: string; readonly machine: Machine; readonly result: BeamDoseResult }>();
  return {
    compute: async (beam, machine, options) => {
      const { name: _name, description: _description, meterset: _meterset, beamDose: _beamDose, ...shaping } = beam;
      const key = JSON.stringify(shaping);
      const kept = done.get(beam.number);
      if (kept?.key === key && kept.machine === machine) return kept.result;
      const result = await prepared.compute(beam, machine, options);
      done.set(beam.number, { key, machine, result });
      return result;
    },
  };
}
