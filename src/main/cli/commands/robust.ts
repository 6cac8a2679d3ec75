import { availableParallelism } from 'node:os';
import { IsocenterError } from '#shared/contract/errors.ts';
import { readStructureSet } from '#shared/dicom/structures/rtStructureSet.ts';
import { readPlan } from '#shared/dicom/plan/rtPlan.ts';
import { writeDose } from '#shared/dicom/dose/rtDose.ts';
import { newUid } from '#shared/dicom/uid.ts';
import { ENGINES, type EngineName } from '#shared/dosimetry/engines.ts';
import { dvhOf } from '#shared/evaluation/dvh.ts';
import { reachedText } from '#shared/evaluation/goals/judgeSheet.ts';
import { dvhBand } from '#shared/evaluation/robust/dvhBand.ts';
import { evaluateRobustly, type RobustEvaluation } from '#shared/evaluation/robust/robustEvaluation.ts';
import { ROBUST_METRICS, roiRanges } from '#shared/evaluation/robust/roiRanges.ts';
import { scenariosOf } from '#shared/evaluation/robust/scenarios.ts';
import { type WorstGoal, worstGoals } from '#shared/evaluation/robust/worstGoals.ts';
import type { Vec3 } from '#shared/geometry/vec.ts';
import type { DoseVolume } from '#shared/model/dose.ts';
import type { ImageVolume } from '#shared/model/image.ts';
import type { Roi } from '#shared/model/structures.ts';
import { isClosed } from '#shared/structures/contours/stack.ts';
import { BeamWorkers } from '#main/jobs/beamWorkers.ts';
import { readCalibration } from '../options/calibrationOption.ts';
import type { Command } from '../command.ts';
import { readInput, writeOutput } from '../files.ts';
import { sheetFrom } from '../plans/goals.ts';
import { readImageFolder } from '../imageFolder.ts';
import { table } from '../io.ts';
import { machineNamed } from '../options/machineOption.ts';
import { samePatient } from '../samePatient.ts';
import { objectContext } from '../writing.ts';

export const command: Command = {
  usage: '--ct DIR --rtstruct F --plan F [options]',
  help: [
    'A finished plan, with its monitor units, in a patient who lies elsewhere or has other densities.',
    '--shift 5              how far the patient may lie off, mm; or x,y,z along LPS axes: 5,5,3',
    '--density 3            how far densities may be off, per cent',
    '--diagonals            14 shifts instead of 6',
    '--combined             densities off in every position, not only in the plan’s',
    '--goals F.json|SITE    clinical goals judged in every scenario; without it those of the plan',
    '--roi NAME …           these only; else all that have closed contours',
    '--engine ccc           collapsed cone, or pb: pencil beam (quick, approximate)',
    '--grid 3               dose grid spacing, mm',
    '--directions N         collapsed-cone directions',
    '--machine NAME|F.json  instead of the machines that the plan names',
    '--calibration F.csv    header HU,density; else chosen by the scanner that the images name',
    '--threads N            default: all cores',
    '--min-out F, --max-out F   RT Doses of the least and the most that any scenario gives each voxel',
  ].join('\n'),
  options: {
    ct: { type: 'string' },
    rtstruct: { type: 'string' },
    plan: { type: 'string' },
    shift: { type: 'string', default: '5' },
    density: { type: 'string', default: '3' },
    diagonals: { type: 'boolean' },
    combined: { type: 'boolean' },
    goals: { type: 'string' },
    roi: { type: 'string', multiple: true },
    engine: { type: 'string', default: 'ccc' },
    grid: { type: 'string', default: '3' },
    directions: { type: 'string' },
    machine: { type: 'string' },
    calibration: { type: 'string' },
    threads: { type: 'string' },
    'min-out': { type: 'string' },
    'max-out': { type: 'string' },
  },
  async run(args, io) {
    const engine = args.needText('engine');
    if (!Object.hasOwn(ENGINES, engine))
      throw new IsocenterError('USAGE', `'${engine}' is none of ${Object.keys(ENGINES).join(', ')}`, {
        attribute: '--engine',
      });
    const scenarios = scenariosOf({
      shift: shiftOf(args.needText('shift')),
      density: args.number('density', { min: 0, max: 20 })!,
      diagonals: args.flag('diagonals'),
      combined: args.flag('combined'),
    });
    const grid = args.number('grid', { min: 0.5, max: 20 })!;
    const threads = args.number('threads', { min: 1, max: 256, integer: true }) ?? availableParallelism();
    const directions = args.number('directions', { min: 1, integer: true });
    const wanted = args.text('machine');
    const machine = wanted === undefined ? undefined : await machineNamed(wanted);
    const [ctDir, setFile, planFile] = [args.needText('ct'), args.needText('rtstruct'), args.needText('plan')];
    const planBytes = await readInput(planFile);
    const plan = readPlan(planBytes, planFile);
    const ct = await readImageFolder(ctDir, io, 'CT');
    samePatient(planBytes, planFile, ct);
    const setBytes = await readInput(setFile);
    samePatient(setBytes, setFile, ct);
    const structures = readStructureSet(setBytes, setFile);
    const rois = chosenRois(structures.rois, args.list('roi'), setFile);
    const goals = args.text('goals');
    const sheet = goals === undefined ? plan.goals : await sheetFrom(goals);
    const began = process.cpuUsage();
    await using workers = new BeamWorkers(threads, engine as EngineName);
    const evaluation = await evaluateRobustly(
      {
        ct,
        structures,
        plan,
        calibration: await readCalibration(args.text('calibration'), ct),
        grid,
        newUid,
        engine: workers,
        ...(directions === undefined ? {} : { settings: { directions } }),
        ...(machine === undefined ? {} : { machines: () => machine }),
      },
      scenarios,
      rois,
      { signal: io.signal, onProgress: (fraction) => io.progress('scenarios', fraction) },
    );
    const used = process.cpuUsage(began);
    await writeExtreme(evaluation.minimum, ct, `Least dose of ${plan.label}`, args.text('min-out'));
    await writeExtreme(evaluation.maximum, ct, `Most dose of ${plan.label}`, args.text('max-out'));
    const judged =
      sheet === undefined
        ? []
        : worstGoals(
            sheet,
            { rois, ...(plan.prescription && { prescription: plan.prescription }) },
            evaluation.scenarios.map(({ name, dvhs }) => ({
              name,
              dvh: ({ number }) => dvhs.get(number) && dvhOf(dvhs.get(number)!),
            })),
          );
    const rows = rois.map((roi) => roiRow(roi, evaluation));
    const report = {
      cpuSeconds: (used.user + used.system) / 1e6,
      scenarios: evaluation.scenarios.map(({ name, shift, densityFactor }) => ({ name, shift, densityFactor })),
      rois: rows,
      goals: judged.map(goalRow),
      warnings: evaluation.warnings,
    };
    io.result(
      report,
      [
        table(
          ['ROI', ...ROBUST_METRICS.map((metric) => `${metric} Gy`)],
          rows.map(({ name, metrics }) => [
            name,
            ...ROBUST_METRICS.map(
              (m) => `${metrics[m].nominal.toFixed(2)} (${metrics[m].low.toFixed(2)}–${metrics[m].high.toFixed(2)})`,
            ),
          ]),
        ),
        ...(judged.length === 0
          ? []
          : [
              table(
                ['structure', 'goal', 'planned', 'worst', 'outcome', 'in', 'passed'],
                judged.map(({ nominal, worst, scenario, passed, of }) => [
                  nominal.goal.structure,
                  nominal.parsed.text,
                  reachedText(nominal),
                  reachedText(worst),
                  worst.outcome.status,
                  scenario,
                  `${passed}/${of}`,
                ]),
              ),
            ]),
        ...evaluation.warnings.map((text) => `warning: ${text}`),
      ].join('\n'),
    );
  },
};

/** @throws USAGE */
function shiftOf(text: string): Vec3 {
  const values = text.split(',').map((part) => (part.trim() === '' ? Number.NaN : Number(part)));
  if (values.length === 1) return [values[0], values[0], values[0]];
  if (values.length === 3) return [values[0], values[1], values[2]];
  throw new IsocenterError('USAGE', `'${text}' is neither a shift in mm nor three, as x,y,z`, { attribute: '--shift' });
}

function chosenRois(rois: readonly Roi[], names: readonly string[], file: string): Roi[] {
  const missing = names.find((name) => !rois.some((roi) => roi.name === name));
  if (missing !== undefined)
    throw new IsocenterError('NOT_FOUND', `has no ROI named '${missing}'`, { object: file, attribute: '--roi' });
  return rois.filter((roi) => roi.contours.some(isClosed) && (names.length === 0 || names.includes(roi.name)));
}

function roiRow({ number, name }: Roi, { scenarios }: RobustEvaluation) {
  const dvhs = scenarios.map((scenario) => ({ scenario: scenario.name, dvh: dvhOf(scenario.dvhs.get(number)!) }));
  const band = dvhBand(dvhs.map(({ dvh }) => dvh));
  return {
    name,
    volume: dvhs[0].dvh.volume,
    metrics: roiRanges(dvhs),
    band: Array.from(band.dose, (gray, n) => [gray, band.low[n], band.high[n]] as const),
    warnings: dvhs[0].dvh.warnings,
  };
}

const goalRow = ({ nominal, worst, scenario, passed, of }: WorstGoal) => ({
  structure: nominal.goal.structure,
  roi: nominal.roi?.name ?? null,
  goal: nominal.parsed.text,
  unit: nominal.parsed.limit.unit,
  nominal: { status: nominal.outcome.status, value: nominal.outcome.value ?? null },
  worst: { status: worst.outcome.status, value: worst.outcome.value ?? null, scenario },
  passed,
  of,
});

async function writeExtreme(dose: DoseVolume, ct: ImageVolume, words: string, file: string | undefined): Promise<void> {
  if (file === undefined) return;
  const context = objectContext(ct, words, 1, { sopInstanceUid: dose.sopInstanceUid });
  await writeOutput(file, writeDose(dose, context, { bits: 32 }));
}
