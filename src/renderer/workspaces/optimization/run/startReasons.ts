import { arcLosses } from '#renderer/commands/optimization/arcLosses.ts';
import type { OptimizationSettings } from '#renderer/compute/optimization/base.ts';
import { arcProblem } from './arcs.ts';
import { narrowestLeaf } from '#shared/dosimetry/machine/deliveryLimits.ts';
import { DEFAULT_MACHINE, machineByName, machineNames } from '#shared/dosimetry/machine/machines.ts';
import type { Plan } from '#shared/model/plan.ts';
import type { StructureSet } from '#shared/model/structures.ts';
import { isClosed } from '#shared/structures/contours/stack.ts';

/** Why a plan cannot be optimised as it stands, each reason with what would help; empty where it can. */
export function startReasons(
  plan: Plan,
  { rois }: Pick<StructureSet, 'rois'>,
  { technique, arcs, bixel }: Pick<OptimizationSettings, 'technique' | 'arcs' | 'bixel'>,
): string[] {
  const { prescription, objectives = [], beams } = plan;
  const reasons: string[] = [];
  if (plan.approval === 'APPROVED') reasons.push('The plan is approved: copy it in Planning to optimise the copy.');
  if (plan.ion === true || plan.omitted !== undefined)
    reasons.push('The plan holds more than is understood here: it cannot be computed, nor optimised.');
  if (prescription === undefined || !(prescription.dose > 0))
    reasons.push('Nothing is prescribed: set target, dose and fractions in Planning.');
  else if (!hasInterior(rois, ({ number }) => number === prescription.targetRoiNumber))
    reasons.push(`The target ${prescription.targetName} has no contours in this structure set.`);
  else reasons.push(...targetReasons(plan, rois));
  if (!hasInterior(rois, ({ type }) => type === 'EXTERNAL'))
    reasons.push('There is no BODY: find it in Contouring, dose is computed within it.');
  if (objectives.length === 0) reasons.push('There are no objectives: take those of a site, or add one.');
  for (const [n, { roi }] of objectives.entries())
    if (!hasInterior(rois, ({ name }) => name === roi))
      reasons.push(`Objective ${n + 1}: ${roi} is not in this structure set, or has no contours.`);
  reasons.push(...orderReasons(objectives, rois));
  if (technique !== 'vmat' && beams.every(({ deliveryType }) => deliveryType !== 'TREATMENT'))
    reasons.push(
      'The plan has no treatment beams: add some in Planning, their directions are what is modulated; VMAT makes its own arcs.',
    );
  if (technique !== 'vmat') reasons.push(...turningReasons(beams));
  if (technique === 'vmat') {
    const losses = arcLosses(plan, arcs).map(({ beam, reason }) => `Beam ${beam.number} (${beam.name}) ${reason}.`);
    reasons.push(...arcReasons(arcs), ...(arcs.length > 0 ? losses : []), ...bixelReasons(plan, bixel));
  }
  return reasons;
}

/** Nothing would bring dose to a target without an objective. */
function targetReasons({ prescription, objectives = [] }: Plan, rois: StructureSet['rois']): string[] {
  const target = rois.find(({ number }) => number === prescription?.targetRoiNumber);
  return target === undefined || objectives.length === 0 || objectives.some(({ roi }) => roi === target.name)
    ? []
    : [`The target ${target.name} has no objective: nothing would ask for its dose.`];
}

/** Of an arc a static field could only take the first angle. */
function turningReasons(beams: Plan['beams']): string[] {
  const turning = beams.filter(
    ({ deliveryType, controlPoints: [first, ...rest] }) =>
      deliveryType === 'TREATMENT' && rest.some(({ gantry }) => gantry !== first.gantry),
  );
  if (turning.length === 0) return [];
  const names = turning.map(({ name }) => name).join(', ');
  return [
    `${names}: ${turning.length === 1 ? 'an arc has' : 'arcs have'} no one direction to modulate. Choose VMAT, or take ${turning.length === 1 ? 'it' : 'them'} out in Planning and add beams.`,
  ];
}

/** Leaves under one row of bixels are told apart by nothing: every other one opens, and the dose is another than was optimised (seen: D98 of the target 62 of 76 Gy). */
function bixelReasons({ beams }: Plan, bixel: number): string[] {
  const { machine = DEFAULT_MACHINE } = beams.find(({ deliveryType }) => deliveryType === 'TREATMENT') ?? {};
  const edges = machineNames().includes(machine) ? machineByName(machine).mlc?.leafBoundaries : undefined;
  if (edges === undefined) return [];
  const narrowest = narrowestLeaf(edges);
  return bixel <= narrowest + 1e-6
    ? []
    : [
        `Bixels of ${bixel} mm lie over several leaves of ${machine}, which are ${narrowest} mm wide: set ${narrowest} mm or less for arcs.`,
      ];
}

function arcReasons(arcs: OptimizationSettings['arcs']): string[] {
  if (arcs.length === 0) return ['VMAT needs an arc: add one.'];
  return arcs.flatMap((arc, n) => {
    const problem = arcProblem(arc);
    return problem === undefined ? [] : [`Arc ${n + 1}: ${problem}.`];
  });
}

/** The body holds every voxel: what is listed after it is left without any. */
function orderReasons(objectives: NonNullable<Plan['objectives']>, rois: StructureSet['rois']): string[] {
  const isBody = (name: string): boolean => rois.some((roi) => roi.name === name && roi.type === 'EXTERNAL');
  const body = objectives.findIndex(({ roi }) => isBody(roi));
  const before = new Set(objectives.slice(0, body).map(({ roi }) => roi));
  return objectives.flatMap(({ roi }, n) =>
    body < 0 || n < body || isBody(roi) || before.has(roi)
      ? []
      : [`Objective ${n + 1}: ${roi} is listed after ${objectives[body].roi}, which leaves it no voxel. Move it up.`],
  );
}

const hasInterior = (rois: StructureSet['rois'], is: (roi: StructureSet['rois'][number]) => boolean): boolean =>
  rois.some((roi) => is(roi) && roi.contours.some(isClosed));
