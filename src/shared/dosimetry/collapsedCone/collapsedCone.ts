import { IsocenterError } from '../../contract/errors.ts';
import { voxelCount } from '../../geometry/volume.ts';
import type { Beam } from '../../model/plan.ts';
import { type BeamFrame, beamFrame } from '../beam/beamFrame.ts';
import { DEFAULT_ARC_SECTOR, sectorsOf } from '../beam/sectors.ts';
import { type BeamSegment, segmentsOf } from '../beam/segments.ts';
import { checkPhotonBeam, checkSource, fluenceScale } from '../plan/beamChecks.ts';
import { type ConePart, ConePerformer, type PlacedSegment } from './coneParts.ts';
import { checkDirections } from './directions.ts';
import type {
  BeamDoseResult,
  ComputeOptions,
  DoseEngine,
  DosePart,
  DoseProblem,
  DoseSettings,
  PartRunner,
  PreparedDose,
} from '../engine.ts';
import { checkGridSize } from '../patient/gridSize.ts';
import type { SuperpositionKernel } from './kernels/contract.ts';
import { hasSimd, simdKernel } from './kernels/simd/simdKernel.ts';
import { unrolledKernel } from './kernels/unrolled.ts';
import type { Machine } from '../machine/machine.ts';
import { inOrder, inTurns } from '../parallel/inTurns.ts';
import { sharedFloats } from '../parallel/sharedFloats.ts';
import type { PrimaryField } from './primaryField.ts';
import type { LocalGrid } from './rayTrace.ts';
import { minorTerma } from './superposition.ts';

/** Parts into which a beam falls at least, and so the threads that one beam can use. The dose must not depend on their number. */
const PARTS = 8;

/** What is released, as a share of the progress bar; the rest is its superposition. */
const RELEASE = 0.2;

/** Collapsed-cone convolution/superposition on the CPU; docs/DOSIMETRY.md says how and how well. */
export const collapsedCone: DoseEngine = collapsedConeWith(hasSimd() ? simdKernel : unrolledKernel);

/** The engine with a superposition kernel of choice; all give the same dose. */
export function collapsedConeWith(kernel: SuperpositionKernel): DoseEngine {
  return {
    name: 'collapsed cone',
    version: '1',
    prepare: async (problem) => {
      if (problem.density.data.length !== voxelCount(problem.density))
        throw new IsocenterError('GEOMETRY', 'the density does not fill its grid');
      checkGridSize(problem.density.dims);
      checkDirections(problem.settings.directions);
      return prepared(kernel, problem);
    },
  };
}

function prepared(kernel: SuperpositionKernel, problem: DoseProblem): PreparedDose {
  const { dims, spacing, data } = problem.density;
  const grid: LocalGrid = { dims, spacing: [spacing[0] / 10, spacing[1] / 10, spacing[2] / 10], density: data };
  const performer = new ConePerformer(kernel, grid, problem.settings.directions);
  // Only this engine makes the parts that it is given.
  const perform = (part: DosePart, options: ComputeOptions = {}) => performer.perform(part as ConePart, options);
  const computeBy = async (runner: PartRunner, beam: Beam, machine: Machine, options: ComputeOptions = {}) => ({
    ...(await computeBeam(runner, grid, problem, beam, machine, options)),
    implementation: kernel.name,
  });
  return {
    compute: async (beam, machine, options) => {
      try {
        return await computeBy({ atOnce: 1, run: perform }, beam, machine, options);
      } finally {
        performer.rest();
      }
    },
    parts: { compute: computeBy, perform, rest: () => performer.rest() },
  };
}

let lastGroup = 0;

async function computeBeam(
  runner: PartRunner,
  grid: LocalGrid,
  problem: DoseProblem,
  beam: Beam,
  machine: Machine,
  options: ComputeOptions,
): Promise<Omit<BeamDoseResult, 'implementation'>> {
  const { settings } = problem;
  const object = `Beam ${beam.number} (${beam.name})`;
  const sectors = placedSectors(grid, problem, beam, machine, object);
  const parts = Math.ceil(PARTS / sectors.length);
  const dose = new Float32Array(grid.density.length);
  const sum = inOrder((part: Float32Array | undefined) => {
    if (part !== undefined) for (let v = 0; v < dose.length; v++) dose[v] += part[v];
  });
  let reaches = false;
  let done = 0;
  /** Reports a part's progress; parts advance beside each other. */
  const part = (share: number): ComputeOptions => {
    let reported = 0;
    return {
      ...options,
      onProgress: (fraction) => {
        done += (fraction - reported) * share;
        reported = fraction;
        options.onProgress?.(Math.min(1, done));
      },
    };
  };
  // Enough sectors beside each other to keep all threads at work, and no more: each holds its field.
  const sectorsAtOnce = runner.atOnce === 1 ? 1 : Math.ceil((runner.atOnce - 1) / parts) + 1;
  await inTurns(sectors, sectorsAtOnce, async ({ frame, segments }, n) => {
    const group = ++lastGroup;
    const field: PrimaryField = {
      terma: sharedFloats(grid.density.length),
      hardening: sharedFloats(grid.density.length),
    };
    const released = slabs(grid.dims[2], parts);
    let electrons: Float32Array | undefined;
    const releaseShare = RELEASE / sectors.length / released.length;
    await inTurns(released, runner.atOnce, async (planes) => {
      const release: ConePart = { kind: 'release', group, beam, machine, frame, segments, planes };
      const [terma, hardening, stopped] = await runner.run(release, part(releaseShare));
      const first = planes[0] * grid.dims[0] * grid.dims[1];
      field.terma.set(terma, first);
      field.hardening.set(hardening, first);
      if (stopped !== undefined) (electrons ??= new Float32Array(dose.length)).set(stopped, first);
    });
    const spreads = runner.conesTogether ? 1 : parts;
    const place = n * (spreads + 1);
    const turn = sum(place, electrons);
    const minor = minorTerma(field.terma);
    reaches ||= minor > 0;
    const spreadShare = (1 - RELEASE) / sectors.length / spreads;
    await inTurns(chunks(settings.directions, spreads), runner.atOnce, async (cones, chunk) => {
      const spread: ConePart = { kind: 'spread', group, machine, frame, field, minorTerma: minor, cones };
      const [spreadDose] = await runner.run(spread, part(spreadShare));
      await sum(place + 1 + chunk, spreadDose);
    });
    await turn;
  });
  const merged = sectors.some(({ segments }) => segments.length > 1);
  // Beside a sharp edge in the first layer the overshoot of the fluence (centreFluence) can outweigh what scatters in.
  for (let v = 0; v < dose.length; v++) if (dose[v] < 0) dose[v] = 0;
  return {
    dose,
    ...(merged ? { arcSector: sectorWidth(settings) } : {}),
    approximations: [],
    warnings: reaches ? [] : [`${object}: no radiation reaches the patient`],
  };
}

const sectorWidth = ({ arcSector }: DoseSettings): number => arcSector ?? DEFAULT_ARC_SECTOR;

interface PlacedSector {
  /** Of its mean direction. */
  readonly frame: BeamFrame;
  readonly segments: readonly PlacedSegment[];
}

/** What a beam delivers as the grid sees it. @throws IsocenterError for what the engine cannot compute. */
function placedSectors(
  grid: LocalGrid,
  { density, iecFromLps, settings }: DoseProblem,
  beam: Beam,
  machine: Machine,
  object: string,
): PlacedSector[] {
  checkPhotonBeam(beam, machine, settings, object);
  const frameOf = (place: Pick<BeamSegment, 'angles' | 'isocenter'>): BeamFrame => {
    const frame = beamFrame(density, place, machine.sourceAxisDistance, iecFromLps);
    checkSource(frame, grid, object);
    return frame;
  };
  return sectorsOf(segmentsOf(beam), sectorWidth(settings)).map((sector) => ({
    frame: frameOf(sector),
    segments: sector.segments.map((segment) => {
      const frame = frameOf(segment);
      return {
        segment,
        frame,
        weight: segment.apertures.reduce((sum, aperture) => sum + aperture.weight, 0),
        scale: fluenceScale(grid, frame, machine, settings, object),
      };
    }),
  }));
}

/** Planes 0 … n in at most `parts` slabs that begin at even planes. */
function slabs(planes: number, parts: number): [number, number][] {
  const size = 2 * Math.ceil(planes / parts / 2);
  return Array.from({ length: Math.ceil(planes / size) }, (_, n) => [n * size, Math.min(planes, (n + 1) * size)]);
}

/** 0 … n in `parts` chunks of nearly the same size. */
function chunks(count: number, parts: number): [number, number][] {
  const edge = (n: number): number => Math.round((n * count) / parts);
  return Array.from({ length: parts }, (_, n) => [edge(n), edge(n + 1)]);
}
