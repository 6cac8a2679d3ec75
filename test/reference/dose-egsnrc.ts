import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { collapsedCone } from '#shared/dosimetry/collapsedCone/collapsedCone.ts';
import { beamDose, type DoseEngine } from '#shared/dosimetry/engine.ts';
import { DEFAULT_DIRECTIONS } from '#shared/dosimetry/collapsedCone/directions.ts';
import { machineByName } from '#shared/dosimetry/machine/machines.ts';
import { createBeam, openAperture } from '#shared/dosimetry/plan/arrange/planFactory.ts';
import { iecFromPatient } from '#shared/geometry/iec.ts';
import { AXIAL, type Grid, type Volume } from '#shared/geometry/volume.ts';
import { boxMeans, gammaPassRate, readDose, type ReferenceGrid } from './dose-gamma.ts';

/** Where the Monte Carlo results live: outside the repository. */
const FOLDER = resolve(process.cwd(), '../shared/reference/egsnrc');
export const haveEgsnrc = existsSync(FOLDER);

/** The parts of a case's JSON that we read (made by dosxyznrc; centimetres). */
interface CaseFile {
  readonly beam: { readonly field_at_surface_cm: readonly [number, number] };
  readonly geometry: {
    readonly x_edges_cm: readonly number[];
    readonly y_edges_cm: readonly number[];
    readonly z_edges_cm: readonly number[];
    readonly background: { readonly density: number };
    readonly blocks: readonly { readonly z: readonly [number, number]; readonly density_g_cm3: number }[];
  };
  readonly central_axis: {
    readonly z_center_cm: readonly number[];
    readonly z_width_cm: readonly number[];
    readonly averaged_over_cm: readonly [number, number];
    readonly dose: readonly number[];
    readonly sigma: readonly number[];
  };
  readonly profile_x_center_cm: readonly number[];
  readonly profiles_x: readonly {
    readonly depth_cm: number;
    readonly z_range_cm: readonly [number, number];
    readonly y_average_cm: readonly [number, number];
    readonly dose: readonly number[];
  }[];
}

export interface AxisPoint {
  /** cm */
  readonly depth: number;
  /** Engine / EGSnrc, absolute (Gy cm² per unit fluence), no free factor. */
  readonly ratio: number;
  /** One-sigma of the Monte Carlo value, relative. */
  readonly sigma: number;
}

interface Profile {
  readonly depth: number;
  /** Engine − EGSnrc distance between 80 % and 20 % of the axis dose, mm. */
  readonly penumbra: number;
  /** Engine − EGSnrc position of the 50 % edge, mm. */
  readonly edge: number;
  /** Worst deviation inside 80 % of the field and outside it beyond 1 cm, as a fraction of the axis. */
  readonly inField: number;
  /** Inside 80 %, mean of three bins. */
  readonly inFieldSmoothed: number;
  readonly outOfField: number;
}

export interface Comparison {
  readonly axis: readonly AxisPoint[];
  readonly profiles: readonly Profile[];
  /** Share of voxels with gamma ≤ 1, the engine's dose multiplied by `scale`; bone left out unless asked for. */
  readonly gamma: (dd: number, dta: number, scale?: number, withBone?: boolean) => number;
  readonly seconds: number;
}

/** Mean ratio of the bins whose centre lies between two depths (cm). */
export function meanRatio(comparison: Comparison, from: number, to: number): number {
  const inside = comparison.axis.filter(({ depth }) => depth >= from && depth <= to);
  if (inside.length === 0) throw new RangeError(`no bin between ${from} and ${to} cm`);
  return inside.reduce((sum, { ratio }) => sum + ratio, 0) / inside.length;
}

/** Ratios of three neighbouring bins averaged, which takes most of the Monte Carlo noise out; depths from `from` to `to` cm. */
export function smoothed(comparison: Comparison, from: number, to: number): AxisPoint[] {
  return comparison.axis.flatMap((point, n, all) =>
    n === 0 || n === all.length - 1 || point.depth < from || point.depth > to
      ? []
      : [{ ...point, ratio: (all[n - 1].ratio + point.ratio + all[n + 1].ratio) / 3 }],
  );
}

/** Computes a case of the reference folder with the engine, `spacing` mm, and compares absolute doses voxel average by voxel average. */
export async function compareCase(
  name: string,
  spacing = 2.5,
  directions = DEFAULT_DIRECTIONS,
  engine: DoseEngine = collapsedCone,
): Promise<Comparison> {
  const file = JSON.parse(readFileSync(resolve(FOLDER, `${name}.json`), 'utf8')) as CaseFile;
  const n = Math.round(300 / spacing);
  const start = -150 + spacing / 2;
  const grid: Grid = {
    dims: [n, n, n],
    spacing: [spacing, spacing, spacing],
    origin: [start, spacing / 2, start],
    direction: AXIAL,
  };
  const machine = machineByName(name.includes('15MV') ? 'REF_15MV_POINT' : 'REF_6MV_POINT');
  const iecFromLps = iecFromPatient('HFS')!;
  const [x, y] = file.beam.field_at_surface_cm;
  const { beam } = createBeam({
    number: 1,
    name,
    machine,
    angles: { gantry: 0, collimator: 0, couch: 0 },
    isocenter: [0, 0, 0],
    iecFromLps,
  });
  const { positions } = openAperture(machine, x * 10, y * 10);
  const density = { ...grid, data: slabs(grid, file) };
  const begun = performance.now();
  const { dose } = await beamDose(
    engine,
    { density, iecFromLps, settings: { directions, perFluence: true } },
    { ...beam, controlPoints: beam.controlPoints.map((point) => ({ ...point, positions })) },
    machine,
  );
  const seconds = (performance.now() - begun) / 1000;
  const mine: Volume = { ...grid, data: dose.map((value) => value / 1e12) };
  const mean = boxMeans(mine);
  return {
    axis: compareAxis(file, mean),
    profiles: compareProfiles(file, mean, x * 10),
    gamma: (dd, dta, scale = 1, withBone = false) =>
      gammaPassRate(referenceGrid(name, file, withBone), mine, scale, dd, dta),
    seconds,
  };
}

function referenceGrid(name: string, { geometry }: CaseFile, withBone: boolean): ReferenceGrid {
  const { x_edges_cm: xEdges, y_edges_cm: yEdges, z_edges_cm: zEdges, blocks } = geometry;
  const bone = blocks.filter(({ density_g_cm3: density }) => density > 1.2);
  const voxels = (xEdges.length - 1) * (yEdges.length - 1) * (zEdges.length - 1);
  return {
    xEdges,
    yEdges,
    zEdges,
    dose: readDose(resolve(FOLDER, `${name}.f32.gz`), voxels),
    leaveOut: (depth) => !withBone && bone.some(({ z }) => depth > z[0] && depth < z[1]),
  };
}

/** The case's density: slabs normal to the beam. */
function slabs(grid: Grid, { geometry }: CaseFile): Float32Array {
  const data = new Float32Array(grid.dims[0] * grid.dims[1] * grid.dims[2]);
  for (let v = 0; v < data.length; v++) {
    const depth = ((Math.floor(v / grid.dims[0]) % grid.dims[1]) + 0.5) * (grid.spacing[1] / 10);
    const block = geometry.blocks.find(({ z }) => depth > z[0] && depth < z[1]);
    data[v] = block?.density_g_cm3 ?? geometry.background.density;
  }
  return data;
}

function compareAxis(file: CaseFile, mean: BoxMean): AxisPoint[] {
  const { z_center_cm: depths, z_width_cm: widths, averaged_over_cm: side, dose, sigma } = file.central_axis;
  return depths.map((depth, n) => {
    const [from, to] = [side[0] * 10, side[1] * 10];
    const ours = mean(from, to, (depth - widths[n] / 2) * 10, (depth + widths[n] / 2) * 10, from, to);
    return { depth, ratio: ours / dose[n], sigma: sigma[n] / dose[n] };
  });
}

function compareProfiles(file: CaseFile, mean: BoxMean, field: number): Profile[] {
  const centres = file.profile_x_center_cm.map((value) => value * 10);
  const middle = (centres.length - 1) / 2;
  return file.profiles_x.map((profile) => {
    const range = profile.z_range_cm.map((value) => value * 10) as [number, number];
    const across = profile.y_average_cm.map((value) => value * 10) as [number, number];
    const edges = file.geometry.x_edges_cm.map((value) => value * 10);
    const ours = centres.map((_, n) => mean(edges[n], edges[n + 1], ...range, ...across));
    const half = (field / 2) * (1 + profile.depth_cm / 100);
    const difference = centres.map((_, n) => (ours[n] - profile.dose[n]) / profile.dose[middle]);
    const worst = (keep: (x: number) => boolean, values = difference): number =>
      Math.max(0, ...values.map((value, n) => (keep(Math.abs(centres[n])) ? Math.abs(value) : 0)));
    const three = difference.map(
      (value, n) => (value + (difference[n - 1] ?? value) + (difference[n + 1] ?? value)) / 3,
    );
    return {
      depth: profile.depth_cm,
      edge: levelPosition(centres, ours, 0.5) - levelPosition(centres, profile.dose, 0.5),
      penumbra: penumbra(centres, ours) - penumbra(centres, profile.dose),
      inField: worst((x) => x < 0.8 * half),
      inFieldSmoothed: worst((x) => x < 0.8 * half, three),
      outOfField: worst((x) => x > half + 10),
    };
  });
}

/**
 * Where a profile falls to a share of its axis value, mm. The bins are 5 mm wide: between them the logit of the dose is taken to be
 * linear, which follows the shape of an edge (a straight line would jump by a millimetre where the tail begins).
 */
function levelPosition(centres: readonly number[], dose: readonly number[], share: number): number {
  const axis = dose[(dose.length - 1) / 2];
  const logit = (value: number): number => Math.log(value / (1.05 * axis - value));
  const n = dose.findIndex((value, i) => i >= dose.length / 2 && value >= share * axis && dose[i + 1] < share * axis);
  const [from, to] = [logit(dose[n]), logit(dose[n + 1])];
  return centres[n] + ((from - logit(share * axis)) / (from - to)) * (centres[n + 1] - centres[n]);
}

const penumbra = (centres: readonly number[], dose: readonly number[]): number =>
  levelPosition(centres, dose, 0.2) - levelPosition(centres, dose, 0.8);

type BoxMean = ReturnType<typeof boxMeans>;
