import { IsocenterError } from '../../contract/errors.ts';
import type { Beam } from '../../model/plan.ts';
import type { Machine } from '../machine/machine.ts';
import { edgeOf } from './edge.ts';
import type { FluenceLattice } from './fluenceMap.ts';
import { type Interval, intervalOf, type Pixels } from './interval.ts';
import {
  type Jaws,
  jawStrips,
  type LeafOptics,
  leafOptics,
  leafStrips,
  type Strip,
  type StripPlaces,
} from './leafStrips.ts';
import type { Aperture, BeamSegment } from './segments.ts';
import type { SourceView } from './sourceView.ts';

/**
 * What jaws and leaves let through of a source in the course of a segment, by pixels of the isocenter plane (means over the pixel;
 * 1 where all apertures are open): every opening at its own distance, blurred by the source's size as seen past it.
 * @throws IsocenterError DOSE, MACHINE or INVALID_ATTRIBUTE naming the beam for devices the model does not know.
 */
export function collimated(
  beam: Beam,
  segment: BeamSegment,
  machine: Machine,
  view: SourceView,
  lattice: FluenceLattice,
): Float64Array {
  const { width, height, pixel } = lattice;
  const open = new Float64Array(width * height);
  const pixelsX: Pixels = { start: lattice.x0, pixel, count: width };
  const pixelsY: Pixels = { start: lattice.y0, pixel, count: height };
  const optics = leafOptics(machine, view, pixel);
  const jawEdges = {
    X: edgeOf(pixel, view.sigma(machine.head.jawX)),
    Y: edgeOf(pixel, view.sigma(machine.head.jawY)),
  };
  const places: StripPlaces = new Map();
  // Leaves that move change the rows of strips, seldom their places: rows of one place are summed before they are laid over its lines.
  const [rows, columns] = [new Map<Float64Array, Strip>(), new Map<Float64Array, Strip>()];
  for (const aperture of segment.apertures) {
    const key = (axis: 'X' | 'Y'): string => jawsOf(aperture, axis).join(' ');
    const jaw = (axis: 'X' | 'Y'): Interval => {
      const scale = view.magnification(machine.head[`jaw${axis}`]);
      const [from, to] = jawsOf(aperture, axis);
      return intervalOf(jawEdges[axis], from * scale, to * scale, axis === 'X' ? pixelsX : pixelsY);
    };
    const leaves = leavesOf(beam, aperture, machine, optics);
    const { jawTransmission: transmission } = machine.beam;
    if (leaves?.type === 'MLCY') {
      const jaws: Jaws = { key: `columns ${key('X')}`, along: jaw('Y'), across: jaw('X'), transmission };
      const { optics: own, edges, positions } = leaves;
      sum(columns, leafStrips(own, edges, positions, jaws, pixelsY, pixelsX, places), aperture.weight);
    } else {
      const jaws: Jaws = { key: `rows ${key('Y')}`, along: jaw('X'), across: jaw('Y'), transmission };
      const strips =
        leaves === undefined
          ? jawStrips(jaws, places)
          : leafStrips(leaves.optics, leaves.edges, leaves.positions, jaws, pixelsX, pixelsY, places);
      sum(rows, strips, aperture.weight);
    }
  }
  addRows([...rows.values()]);
  addColumns([...columns.values()]);
  return open;

  function sum(known: Map<Float64Array, Strip>, strips: readonly Strip[], weight: number): void {
    for (const strip of strips) {
      const { row } = known.get(strip.column) ?? { row: new Float64Array(strip.row.length) };
      for (let n = 0; n < row.length; n++) row[n] += weight * strip.row[n];
      known.set(strip.column, { ...strip, row });
    }
  }

  function addRows(strips: readonly Strip[]): void {
    for (const { row, from, column } of strips)
      for (let n = 0; n < column.length; n++) {
        const share = column[n];
        const start = (from + n) * width;
        for (let x = 0; x < width; x++) open[start + x] += share * row[x];
      }
  }

  function addColumns(strips: readonly Strip[]): void {
    for (const { row, from, column } of strips)
      for (let y = 0; y < height; y++) {
        const share = row[y];
        for (let n = 0; n < column.length; n++) open[y * width + from + n] += share * column[n];
      }
  }
}

/** Jaw positions of an aperture, mm at the isocenter plane; wide open where the beam has no such jaws. */
export function jawsOf({ positions }: Aperture, axis: 'X' | 'Y'): readonly number[] {
  return positions[`ASYM${axis}`] ?? positions[axis] ?? [-Infinity, Infinity];
}

interface Leaves {
  readonly type: 'MLCX' | 'MLCY';
  readonly optics: LeafOptics;
  readonly edges: readonly number[];
  readonly positions: readonly number[];
}

function leavesOf(
  beam: Beam,
  { positions: all }: Aperture,
  machine: Machine,
  optics: LeafOptics | undefined,
): Leaves | undefined {
  const place = { object: `Beam ${beam.number} (${beam.name})`, attribute: 'RTBeamLimitingDeviceType' };
  if (all.MLCX1 !== undefined || all.MLCX2 !== undefined)
    throw new IsocenterError('DOSE', 'dual-layer leaves are not modelled', place);
  const type = all.MLCX !== undefined ? 'MLCX' : 'MLCY';
  const positions = all[type];
  if (positions === undefined) return undefined;
  if (optics === undefined) throw new IsocenterError('MACHINE', `machine ${machine.name} has no MLC`, place);
  const edges = beam.devices.find((candidate) => candidate.type === type)?.leafBoundaries;
  if (edges === undefined || positions.length !== 2 * (edges.length - 1))
    throw new IsocenterError('INVALID_ATTRIBUTE', `${type} positions do not fit its leaf boundaries`, {
      ...place,
      attribute: 'LeafPositionBoundaries',
    });
  return { type, optics, edges, positions };
}
