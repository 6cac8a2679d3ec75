import { collapsedCone } from '#shared/dosimetry/collapsedCone/collapsedCone.ts';
import type { Machine } from '#shared/dosimetry/machine/machine.ts';
import type { Beam } from '#shared/model/plan.ts';
import { optimizeFluence } from '#shared/optimization/influence/fluenceMap.ts';
import { influenceOf } from '#shared/optimization/influence/influence.ts';
import { type DoseObjective, doseObjective } from '#shared/optimization/objectives/doseObjective.ts';
import { optimizeFields } from '#shared/optimization/sequencing/optimizeFields.ts';
import { beamsOf, type SequencedBeams, sequenceBeams } from '#shared/optimization/sequencing/sequenceBeams.ts';
import type { SequencingMethod } from '#shared/optimization/sequencing/sequenceField.ts';
import type { Row } from '../report/row.ts';
import { cShape } from './cShape.ts';
import { measured } from './measured.ts';

/** Of the body's voxels every so many-th stands for the others. */
const THIN = 9;
/** As the pipeline does in a round of correction. */
const CORRECTION = { maxIterations: 40 };

/** matRad's C-shape as a plan that GENERIC_6MV delivers. */
interface SequencedCShape {
  readonly machine: Machine;
  readonly fluence: number;
  readonly objective: DoseObjective;
  readonly sequence: (method: SequencingMethod) => Promise<SequencedBeams>;
  /** Optimised on with what collapsed-cone doses have and the model lacks; `doses` are the model's. */
  readonly corrected: (made: SequencedBeams, final: Float64Array, method: SequencingMethod) => Promise<SequencedBeams>;
  /** Collapsed-cone doses, Gy per fraction, by row. */
  readonly finalDoses: (beams: readonly Beam[]) => Promise<Float64Array>;
  /** Dose of the course that this share of a structure's volume exceeds, Gy. */
  readonly exceeded: (roi: 'Target' | 'Core', share: number, doses: Float64Array) => number;
}

/** The fluence map, found until an iteration gains less than a share of `fall`; undefined without matRad's files. */
export async function sequencedCShape(fall = 1e-3): Promise<SequencedCShape | undefined> {
  const shape = cShape('GENERIC_6MV');
  if (shape === undefined) return undefined;
  const { labels, setups, machine } = shape;
  const voxels = Uint32Array.from(
    Array.from(labels.keys()).filter((voxel) => labels[voxel] > 1 || (labels[voxel] === 1 && voxel % THIN === 0)),
  );
  const inside = (label: number): Uint32Array =>
    Uint32Array.from(Array.from(voxels.keys()).filter((row) => labels[voxels[row]] === label));
  const objective = doseObjective(
    {
      prescription: { roi: 'Target', dose: 50, fractions: 30 },
      objectives: [
        { roi: 'Target', type: 'squared-deviation', dose: 50, weight: 1000 },
        { roi: 'Core', type: 'squared-overdose', dose: 25, weight: 300 },
        { roi: 'Body', type: 'squared-overdose', dose: 30, weight: 100 },
      ],
    },
    { rowsOf: new Map([['Target', inside(2)], ['Core', inside(3)], ['Body', inside(1)]]), rows: voxels.length },
  ); // biome-ignore format: pairs
  const operator = await influenceOf(setups, machine, voxels);
  const target = { roi: 'Target', dosePerFraction: 50 / 30 };
  const { x, value } = await optimizeFluence(operator, objective, target, { valueTolerance: fall });
  return {
    machine,
    fluence: value,
    objective,
    sequence: (method) => sequenceBeams({ operator, objective, machine }, x, method),
    corrected: async (made, final, method) => {
      const doseOffset = final.map((dose, row) => dose - made.doses[row]);
      const found = await optimizeFields(made.fields, { operator, objective, machine }, method, {
        ...CORRECTION,
        doseOffset,
      });
      const better = beamsOf(found, machine, { ...made.report.objective, final: found.value });
      return { ...better, doses: found.doses.map((dose, row) => dose - doseOffset[row]) };
    },
    finalDoses: async (beams) => {
      const prepared = await collapsedCone.prepare(setups[0].problem);
      const doses = new Float64Array(voxels.length);
      for (const beam of beams) {
        const { dose } = await prepared.compute(beam, machine);
        for (let row = 0; row < doses.length; row++) doses[row] += beam.meterset! * dose[voxels[row]];
      }
      return doses;
    },
    exceeded: (roi, share, doses) => {
      const own = Float64Array.from(objective.ownRows.get(roi)!, (row) => 30 * doses[row]).sort();
      return own[Math.floor((1 - share) * own.length)];
    },
  };
}

/** The C-shape from its fluence map to beams, both ways, and what the final dose makes of them. */
export async function sequencingRows(): Promise<Row[]> {
  const shape = await sequencedCShape();
  if (shape === undefined) return [];
  const rows: Row[] = [];
  for (const method of [
    ...[5, 8, 10].map((segments) => ({ method: 'step-and-shoot', segments, minimumMu: 1, minimumArea: 2 }) as const),
    { method: 'sliding-window', controlPoints: 60, synchronised: true } as const,
  ]) {
    let made: SequencedBeams | undefined;
    const { cpu } = await measured(async () => {
      made = await shape.sequence(method);
    });
    const { report, beams, doses } = made!;
    const final = await shape.finalDoses(beams);
    const corrected = await shape.finalDoses((await shape.corrected(made!, final, method)).beams);
    const objectiveOf = (of: Float64Array): number => shape.objective.evaluate(of, new Float64Array(of.length));
    const name = `C-shape as ${report.segments} ${method.method === 'step-and-shoot' ? 'segments' : 'control points of sliding windows'}`;
    const quality = (of: Float64Array): string =>
      `target D95 ${shape.exceeded('Target', 0.95, of).toFixed(2)}, core D5 ${shape.exceeded('Core', 0.05, of).toFixed(1)} Gy`;
    rows.push(
      { name: `${name}, sequenced and optimised`, value: cpu, unit: 's CPU' },
      {
        name: `… objective after sequencing ${report.objective.sequenced.toFixed(2)}, at last (${quality(doses)})`,
        value: report.objective.final,
        unit: '',
        peer: 'the fluence map',
        ratio: report.objective.final / shape.fluence,
      },
      { name: `… MU; ${report.seconds.toFixed(0)} s with leaf travel`, value: report.mu, unit: 'MU' },
      {
        name: `… objective of the collapsed cone (${quality(final)})`,
        value: objectiveOf(final),
        unit: '',
      },
      {
        name: `… the same after one correction (${quality(corrected)})`,
        value: objectiveOf(corrected),
        unit: '',
      },
    );
  }
  return rows;
}
