import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { collapsedCone } from '#shared/dosimetry/collapsedCone.ts';
import { DEFAULT_DIRECTIONS } from '#shared/dosimetry/directions.ts';
import { machineByName } from '#shared/dosimetry/machines.ts';
import { createBeam, openAperture } from '#shared/dosimetry/planFactory.ts';
import { iecFromPatient } from '#shared/geometry/iec.ts';
import { AXIAL, type Grid, type Volume } from '#shared/geometry/volume.ts';

/** Where the Monte Carlo results live: outside the repository. */
const FOLDER = resolve(process.cwd(), '../shared/reference/egsnrc');
export const haveEgsnrc = existsSync(FOLDER);

/** The parts of a case's JSON that we read (made by dosxyznrc; centimetres). */
interface CaseFile {
  readonly beam: { readonly field_at_surface_cm: readonly [number, number] };
  readonly geometry: {
    readonly x_edges_cm: readonly number[];
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
  /** Engine − EGSnrc position of the 50 % edge, mm. */
  readonly edge: number;
  /** Worst deviation inside 80 % of the field and outside it beyond 1 cm, as a fraction of the axis. */
  readonly inField: number;
  readonly outOfField: number;
}

export interface Comparison {
  readonly axis: readonly AxisPoint[];
  readonly profiles: readonly Profile[];
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
export async function compareCase(name: string, spacing = 2.5, directions = DEFAULT_DIRECTIONS): Promise<Comparison> {
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
  const { dose } = await collapsedCone.computeBeam({
    density,
    beam: { ...beam, controlPoints: beam.controlPoints.map((point) => ({ ...point, positions })) },
    machine,
    iecFromLps,
    settings: { directions, perFluence: true },
  });
  const seconds = (performance.now() - begun) / 1000;
  const mine: Volume = { ...grid, data: dose.map((value) => value / 1e12) };
  return { axis: compareAxis(file, mine), profiles: compareProfiles(file, mine, x * 10), seconds };
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

function compareAxis(file: CaseFile, mine: Volume): AxisPoint[] {
  const { z_center_cm: depths, z_width_cm: widths, averaged_over_cm: side, dose, sigma } = file.central_axis;
  return depths.map((depth, n) => {
    const ours = boxMean(
      mine,
      [side[0] * 10, side[1] * 10],
      [(depth - widths[n] / 2) * 10, (depth + widths[n] / 2) * 10],
      [side[0] * 10, side[1] * 10],
    );
    return { depth, ratio: ours / dose[n], sigma: sigma[n] / dose[n] };
  });
}

function compareProfiles(file: CaseFile, mine: Volume, field: number): Profile[] {
  const centres = file.profile_x_center_cm.map((value) => value * 10);
  const middle = (centres.length - 1) / 2;
  return file.profiles_x.map((profile) => {
    const range = profile.z_range_cm.map((value) => value * 10) as [number, number];
    const across = profile.y_average_cm.map((value) => value * 10) as [number, number];
    const edges = file.geometry.x_edges_cm.map((value) => value * 10);
    const ours = centres.map((_, n) => boxMean(mine, [edges[n], edges[n + 1]], range, across));
    const half = (field / 2) * (1 + profile.depth_cm / 100);
    const worst = (keep: (x: number) => boolean): number =>
      Math.max(
        0,
        ...centres.map((x, n) => (keep(Math.abs(x)) ? Math.abs(ours[n] - profile.dose[n]) / profile.dose[middle] : 0)),
      );
    return {
      depth: profile.depth_cm,
      edge: edgePosition(centres, ours) - edgePosition(centres, profile.dose),
      inField: worst((x) => x < 0.8 * half),
      outOfField: worst((x) => x > half + 10),
    };
  });
}

function edgePosition(centres: readonly number[], dose: readonly number[]): number {
  const half = dose[(dose.length - 1) / 2] / 2;
  const n = dose.findIndex((value, i) => i >= dose.length / 2 && value >= half && dose[i + 1] < half);
  return centres[n] + ((dose[n] - half) / (dose[n] - dose[n + 1])) * (centres[n + 1] - centres[n]);
}

type Range = readonly [number, number];

/** Mean over a box in LPS mm (x, depth = y, z) with voxels weighted by overlap. */
function boxMean(volume: Volume, x: Range, y: Range, z: Range): number {
  const weights = ([x, y, z] as const).map(([from, to], axis) => {
    const out: [number, number][] = [];
    const h = volume.spacing[axis];
    for (let n = 0; n < volume.dims[axis]; n++) {
      const low = volume.origin[axis] + (n - 0.5) * h;
      const overlap = Math.min(to, low + h) - Math.max(from, low);
      if (overlap > 1e-9) out.push([n, overlap]);
    }
    return out;
  });
  let [sum, total] = [0, 0];
  for (const [k, wk] of weights[2])
    for (const [j, wj] of weights[1])
      for (const [i, wi] of weights[0]) {
        sum += wi * wj * wk * volume.data[i + volume.dims[0] * (j + volume.dims[1] * k)];
        total += wi * wj * wk;
      }
  return sum / total;
}
