import { useEffect, useMemo, useState } from 'react';
import { computeDvhs, knownDvh } from '#renderer/compute/structures/frontend.ts';
import { type BeamVerdict, beamVerdicts } from '#renderer/commands/optimization/beamVerdicts.ts';
import { useDocument } from '#renderer/document/store.ts';
import { isOptimizing, type OptimizationRun, useOptimization } from '#renderer/stores/optimizationStore.ts';
import { type DoseRemark, doseRemarks } from '#shared/dosimetry/standing/doseStanding.ts';
import { type Dvh, dvhOf } from '#shared/evaluation/dvh.ts';
import type { DoseVolume } from '#shared/model/dose.ts';
import type { Plan } from '#shared/model/plan.ts';
import type { Roi } from '#shared/model/structures.ts';

type Dvhs = ReadonlyMap<string, Dvh>;

/** What is known of the plan's doses now, by the last run of it. */
export interface LiveState {
  /** Undefined where the last run was of another plan, or there was none. */
  readonly run?: OptimizationRun;
  readonly busy: boolean;
  /** Of the objectives as they stand, by the last iteration. */
  readonly terms?: readonly number[];
  readonly value?: number;
  /** What the independent checker says of the beams that the run came to; none before its end. */
  readonly verdicts: readonly BeamVerdict[];
  /** By name of the ROI: the optimiser's own pencil-beam dose. */
  readonly optimizer: Dvhs;
  /** The final dose of the run, or without one the plan's. */
  readonly final: Dvhs;
  readonly finalIs: 'of the run' | 'of the plan' | 'none';
  /** What speaks most against taking that dose for the plan's. */
  readonly caution?: DoseRemark;
  /** The final one where there is one, else the optimiser's. */
  readonly dvhOf: (roi: string) => Dvh | undefined;
}

/** The run of a plan and histograms of its doses, as they come in. */
export function useLive(plan: Plan, rois: readonly Roi[]): LiveState {
  const patientKey = useDocument(({ document }) => document?.patientKey);
  const planIndex = useDocument(({ document }) => document?.planIndex);
  const planDose = useDocument(({ document }) => (document?.doseStale === undefined ? document?.dose : undefined));
  const last = useOptimization((state) => state.run);
  const run = last?.patientKey === patientKey && last?.planIndex === planIndex ? last : undefined;
  const beams = run?.result?.delivered?.plan;
  const verdicts = useMemo(() => (beams === undefined ? [] : beamVerdicts(beams)), [beams]);
  const delivered = run?.result?.delivered?.planDose;
  // Beside what a run gives the plan's former dose would be taken for it; one that ended before it gave any leaves it on show.
  const gaveNone = !isOptimizing(run ?? null) && delivered === undefined && (run?.dvhs.length ?? 0) === 0;
  const own = gaveNone ? planDose : undefined;
  const shown = delivered ?? own;
  const final = useDoseDvhs(rois, shown);
  const caution = shown && doseRemarks(shown)[0];
  const tables = run?.dvhs;
  const optimizer = useMemo(() => new Map(tables?.map(({ roi, table }) => [roi, dvhOf(table)])), [tables]);
  const iteration = run?.iterations.at(-1);
  const isOfThese = iteration !== undefined && iteration.objectives === plan.objectives;
  return {
    ...(run !== undefined && run !== null && { run }),
    busy: isOptimizing(run ?? null),
    ...(isOfThese && { terms: iteration.terms, value: iteration.value }),
    verdicts,
    optimizer,
    final,
    finalIs: delivered !== undefined ? 'of the run' : own !== undefined ? 'of the plan' : 'none',
    ...(caution !== undefined && { caution }),
    dvhOf: (roi) => final.get(roi) ?? optimizer.get(roi),
  };
}

const NO_DVHS: Dvhs = new Map();

/** Histograms of a dose, computed in a worker as they are needed. */
function useDoseDvhs(rois: readonly Roi[], dose: DoseVolume | undefined): Dvhs {
  const [done, setDone] = useState(0);
  useEffect(() => {
    if (dose === undefined || rois.every((roi) => knownDvh(roi, dose) !== undefined)) return undefined;
    const abort = new AbortController();
    const some = (): void => setDone((count) => count + 1);
    // A structure without a histogram is shown without numbers; the Evaluation workspace tells why.
    computeDvhs(rois, dose, some, { signal: abort.signal }).catch(() => undefined);
    return () => abort.abort();
  }, [rois, dose]);
  return useMemo(() => {
    if (dose === undefined) return NO_DVHS;
    return new Map(
      rois.flatMap((roi) => {
        const dvh = knownDvh(roi, dose);
        return dvh === undefined ? [] : [[roi.name, dvh] as const];
      }),
    );
    // `done` counts what was computed since.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [rois, dose, done]);
}
