import { throwIfCancelled } from '../../contract/errors.ts';
import type { ComputeOptions } from '../../dosimetry/engine.ts';
import type { DoseVolume } from '../../model/dose.ts';
import type { Roi } from '../../model/structures.ts';
import { computeDvh, type DvhTable } from '../dvh.ts';
import { ScenarioDoses, type ScenarioInput } from './scenarioDose.ts';
import type { Scenario } from './scenarios.ts';

/** A plan under all scenarios; plain data. */
export interface RobustEvaluation {
  /** The plan's own dose as this engine computes it, Gy. */
  readonly nominal: DoseVolume;
  /** Of every voxel the least and the most that any scenario gives it, Gy; no treatment gives either. */
  readonly minimum: DoseVolume;
  readonly maximum: DoseVolume;
  /** The nominal one first. */
  readonly scenarios: readonly EvaluatedScenario[];
  readonly warnings: readonly string[];
}

interface EvaluatedScenario extends Scenario {
  /** By ROI number. */
  readonly dvhs: ReadonlyMap<number, DvhTable>;
}

/** Bins and samples of a scenario's histograms: as fine as a chart shows, and the same samples in all. */
const [BINS, SAMPLES] = [1000, 100_000];

/**
 * Computes the plan with its monitor units in every scenario and evaluates `rois` in each.
 * @throws IsocenterError as computePlanDose; CANCELLED by the signal
 */
export async function evaluateRobustly(
  input: ScenarioInput,
  scenarios: readonly Scenario[],
  rois: readonly Roi[],
  options: ComputeOptions = {},
): Promise<RobustEvaluation> {
  const doses = new ScenarioDoses(input);
  const evaluated: EvaluatedScenario[] = [];
  let nominal: DoseVolume | undefined;
  let [least, most] = [new Float32Array(0), new Float32Array(0)];
  const warnings = new Set<string>();
  for (const [n, scenario] of scenarios.entries()) {
    const dose = await doses.of(scenario, {
      ...options,
      onProgress: (fraction) => options.onProgress?.((n + fraction) / scenarios.length),
    });
    throwIfCancelled(options.signal);
    for (const warning of dose.warnings) warnings.add(warning);
    if (nominal === undefined) {
      nominal = dose;
      [least, most] = [dose.data.slice(), dose.data.slice()];
    }
    for (let v = 0; v < least.length; v++) {
      const gray = dose.data[v];
      if (gray < least[v]) least[v] = gray;
      if (gray > most[v]) most[v] = gray;
    }
    const dvhs = new Map<number, DvhTable>();
    for (const { number, name, contours } of rois) {
      const {
        doseAtVolume: _d,
        doseAtAbsoluteVolume: _a,
        volumeAtDose: _v,
        ...table
      } = computeDvh(contours, dose, {
        name,
        bins: BINS,
        samples: SAMPLES,
      });
      dvhs.set(number, table);
      await options.yieldNow?.();
    }
    evaluated.push({ ...scenario, dvhs });
  }
  if (nominal === undefined) throw new RangeError('no scenario');
  const extreme = (data: Float32Array, word: string): DoseVolume => ({
    ...(nominal as DoseVolume),
    data,
    sopInstanceUid: input.newUid(),
    ...extremeProvenance(
      nominal as DoseVolume,
      `voxel by voxel the ${word} of ${scenarios.length} scenarios: no treatment gives it`,
    ),
  });
  return {
    nominal,
    minimum: extreme(least, 'least'),
    maximum: extreme(most, 'most'),
    scenarios: evaluated,
    warnings: [...warnings],
  };
}

/** It must not pass for the plan's dose, wherever it goes. */
const extremeProvenance = ({ provenance }: DoseVolume, reason: string): Pick<DoseVolume, 'provenance'> =>
  provenance === undefined
    ? {}
    : { provenance: { ...provenance, approximate: true, reasons: [...provenance.reasons, reason] } };
