import { IsocenterError } from '../../contract/errors.ts';
import type { Beam, BeamLimitingDevice } from '../../model/plan.ts';
import type { Machine } from '../machine.ts';
import { type FluenceMap, fluenceMap, gaussianBlur } from './fluenceMap.ts';
import type { Aperture, BeamSegment } from './segments.ts';

/** Pixel of the fluence map at the isocenter plane, mm; open edges inside a pixel count by area. */
const PIXEL = 0.5;
/** The extra-focal source is smooth: its map is computed on pixels this many times larger. */
const COARSE = 5;
/** How far beyond the jaws' limits the primary collimator still lets (transmitted) radiation out, mm. */
const OUTSIDE = 50;

/**
 * Photon fluence of a segment at the isocenter plane relative to the open beam on the axis, per unit meterset: the primary source
 * through jaws and leaves (area-weighted edges, transmission), times the horn, blurred by the source's size, plus the extra-focal
 * source seen through the same opening.
 * @throws IsocenterError DOSE or INVALID_ATTRIBUTE naming the beam for devices the model does not know.
 */
export function primaryFluence(beam: Beam, segment: BeamSegment, machine: Machine): FluenceMap {
  const { jawX, jawY } = machine.limits;
  const reach = Math.max(...[...jawX, ...jawY].map(Math.abs)) + OUTSIDE;
  const half = Math.ceil(reach / PIXEL / COARSE) * COARSE;
  const width = 2 * half;
  const lattice = { pixel: PIXEL, width, height: width, x0: -half * PIXEL, y0: -half * PIXEL };
  let open: Float64Array = new Float64Array(width * width);
  for (const aperture of segment.apertures) addAperture(beam, aperture, machine, lattice, open);
  const scatter = machine.beam.extraFocal.weight > 0 ? extraFocal(open, machine, lattice) : undefined;
  applyHorn(open, machine, lattice);
  open = gaussianBlur(open, width, width, blurAtIsocenter(machine, machine.beam.sourceSigma, 0) / PIXEL);
  if (scatter !== undefined) for (let n = 0; n < open.length; n++) open[n] += scatter[n];
  return fluenceMap(open, lattice);
}

type Lattice = Omit<FluenceMap, 'sums'>;

/** Sigma at the isocenter plane of the edge that a source of `sigma`, `distance` mm below the target, casts of the X jaws. */
function blurAtIsocenter(machine: Machine, sigma: number, distance: number): number {
  return (sigma * (machine.sourceAxisDistance - machine.head.jawX)) / (machine.head.jawX - distance);
}

function addAperture(beam: Beam, aperture: Aperture, machine: Machine, lattice: Lattice, open: Float64Array): void {
  const jaw = (types: readonly ['X' | 'Y', 'ASYMX' | 'ASYMY'], limits: readonly [number, number]): Float64Array => {
    const positions = aperture.positions[types[1]] ?? aperture.positions[types[0]] ?? limits;
    return transmitted(
      positions[0],
      positions[1],
      types[0] === 'X' ? lattice.x0 : lattice.y0,
      lattice,
      machine.beam.jawTransmission,
    );
  };
  const alongX = jaw(['X', 'ASYMX'], [lattice.x0, -lattice.x0]);
  const alongY = jaw(['Y', 'ASYMY'], [lattice.y0, -lattice.y0]);
  const leaves = leafRows(beam, aperture, machine, lattice);
  const { width, height } = lattice;
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const leaf = leaves === undefined ? 1 : leaves(x, y);
      open[y * width + x] += aperture.weight * alongX[x] * alongY[y] * leaf;
    }
}

/** Per pixel along one axis: the open fraction plus what the closed rest lets through. */
function transmitted(from: number, to: number, start: number, lattice: Lattice, transmission: number): Float64Array {
  return Float64Array.from({ length: lattice.width }, (_, n) => {
    const edge = start + n * lattice.pixel;
    const covered = Math.max(0, Math.min(to, edge + lattice.pixel) - Math.max(from, edge)) / lattice.pixel;
    return covered + (1 - covered) * transmission;
  });
}

/** What the leaves let through at a pixel; undefined without an MLC. */
function leafRows(
  beam: Beam,
  aperture: Aperture,
  machine: Machine,
  lattice: Lattice,
): ((x: number, y: number) => number) | undefined {
  const place = { object: `Beam ${beam.number} (${beam.name})`, attribute: 'RTBeamLimitingDeviceType' };
  if (aperture.positions.MLCX1 !== undefined || aperture.positions.MLCX2 !== undefined)
    throw new IsocenterError('DOSE', 'dual-layer leaves are not modelled', place);
  const type = aperture.positions.MLCX !== undefined ? 'MLCX' : 'MLCY';
  const positions = aperture.positions[type];
  if (positions === undefined) return undefined;
  if (machine.mlc === undefined) throw new IsocenterError('MACHINE', `machine ${machine.name} has no MLC`, place);
  const device: BeamLimitingDevice | undefined = beam.devices.find((candidate) => candidate.type === type);
  const edges = device?.leafBoundaries;
  if (edges === undefined || positions.length !== 2 * (edges.length - 1))
    throw new IsocenterError('INVALID_ATTRIBUTE', `${type} positions do not fit its leaf boundaries`, {
      ...place,
      attribute: 'LeafPositionBoundaries',
    });
  const pairs = edges.length - 1;
  const { transmission } = machine.mlc;
  const closed = new Float64Array(lattice.width).fill(transmission);
  const byPair = Array.from({ length: pairs }, (_, pair) =>
    transmitted(positions[pair], positions[pair + pairs], lattice.x0, lattice, transmission),
  );
  const across = Array.from({ length: lattice.height }, (_, n) => {
    const edge = lattice.y0 + n * lattice.pixel;
    const row = new Float64Array(lattice.width);
    let rest = 1;
    for (let pair = 0; pair < pairs; pair++) {
      const share =
        Math.max(0, Math.min(edges[pair + 1], edge + lattice.pixel) - Math.max(edges[pair], edge)) / lattice.pixel;
      if (share === 0) continue;
      if (share > 1 - 1e-9) return byPair[pair];
      for (let x = 0; x < row.length; x++) row[x] += share * byPair[pair][x];
      rest -= share;
    }
    if (rest === 1) return closed;
    for (let x = 0; x < row.length; x++) row[x] += rest * transmission;
    return row;
  });
  return type === 'MLCX' ? (x, y) => across[y][x] : (x, y) => across[x][y];
}

function applyHorn(values: Float64Array, machine: Machine, lattice: Lattice): void {
  const { horn } = machine.beam;
  if (horn.every(([, value]) => value === 1)) return;
  for (let y = 0; y < lattice.height; y++)
    for (let x = 0; x < lattice.width; x++) {
      const at = y * lattice.width + x;
      if (values[at] === 0) continue;
      const radius = Math.hypot(lattice.x0 + (x + 0.5) * lattice.pixel, lattice.y0 + (y + 0.5) * lattice.pixel);
      values[at] *= hornAt(horn, radius / machine.sourceAxisDistance);
    }
}

function hornAt(horn: Machine['beam']['horn'], tangent: number): number {
  const upper = horn.findIndex(([tan]) => tan >= tangent);
  if (upper === 0) return horn[0][1];
  if (upper < 0) return horn[horn.length - 1][1];
  const [[t0, v0], [t1, v1]] = [horn[upper - 1], horn[upper]];
  return v0 + ((tangent - t0) / (t1 - t0)) * (v1 - v0);
}

/** The extra-focal source through the opening: the open map blurred by the source's wide Gaussian, on coarse pixels. */
function extraFocal(open: Float64Array, machine: Machine, lattice: Lattice): Float64Array {
  const width = lattice.width / COARSE;
  const coarse = new Float64Array(width * width);
  for (let y = 0; y < lattice.height; y++)
    for (let x = 0; x < lattice.width; x++)
      coarse[Math.floor(y / COARSE) * width + Math.floor(x / COARSE)] +=
        open[y * lattice.width + x] / (COARSE * COARSE);
  const { weight, sigma, sourceDistance } = machine.beam.extraFocal;
  const blur = blurAtIsocenter(machine, sigma, sourceDistance);
  const blurred = gaussianBlur(coarse, width, width, blur / (lattice.pixel * COARSE));
  const out = new Float64Array(open.length);
  for (let y = 0; y < lattice.height; y++) {
    const cy = (y + 0.5) / COARSE - 0.5;
    const j = Math.max(0, Math.min(width - 2, Math.floor(cy)));
    for (let x = 0; x < lattice.width; x++) {
      const cx = (x + 0.5) / COARSE - 0.5;
      const i = Math.max(0, Math.min(width - 2, Math.floor(cx)));
      const [fx, fy] = [Math.max(0, Math.min(1, cx - i)), Math.max(0, Math.min(1, cy - j))];
      const at = j * width + i;
      const low = blurred[at] + fx * (blurred[at + 1] - blurred[at]);
      const high = blurred[at + width] + fx * (blurred[at + width + 1] - blurred[at + width]);
      out[y * lattice.width + x] = weight * (low + fy * (high - low));
    }
  }
  return out;
}
