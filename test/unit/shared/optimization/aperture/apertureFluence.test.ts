import { describe, expect, it } from 'vitest';
import { meanFluence } from '#shared/dosimetry/beam/fluenceMap.ts';
import { primaryFluence } from '#shared/dosimetry/beam/primaryFluence.ts';
import { segmentsOf } from '#shared/dosimetry/beam/segments.ts';
import type { Machine } from '#shared/dosimetry/machine/machine.ts';
import { machineByName } from '#shared/dosimetry/machine/machines.ts';
import type { BixelLattice } from '#shared/dosimetry/pencilBeam/fluence/bixelGeometry.ts';
import { createBeam } from '#shared/dosimetry/plan/arrange/planFactory.ts';
import { iecFromPatient } from '#shared/geometry/iec.ts';
import type { Beam } from '#shared/model/plan.ts';
import { ApertureFluence } from '#shared/optimization/aperture/apertureFluence.ts';

const jaws = { x: [-45, 45], y: [-35, 35] } as const;

function lattice(width: number, columns: number, rows: number): BixelLattice {
  const at = (n: number, count: number): number => (n + 0.5 - count / 2) * width;
  return {
    width,
    middles: Array.from({ length: columns * rows }, (_, n) => [
      at(n % columns, columns),
      at(Math.floor(n / columns), rows),
    ]),
  };
}

/** A point source without horn, so that bixels (whose dose has both in it) and the fluence map speak of the same; leaves along x or y. */
function machineWith(type: 'MLCX' | 'MLCY', extraFocal: number): Machine {
  const machine = machineByName('GENERIC_6MV');
  return {
    ...machine,
    mlc: { ...machine.mlc!, type, leafEnd: { ...machine.mlc!.leafEnd, offset: 0.4 } },
    beam: {
      ...machine.beam,
      sourceSigma: 0,
      horn: [[0, 1]],
      extraFocal: { ...machine.beam.extraFocal, weight: extraFocal },
    },
  };
}

/** Ragged leaves over ±30 mm across, some shut; no two neighbours alike. */
function ragged(machine: Machine): Float64Array {
  const edges = machine.mlc!.leafBoundaries;
  const pairs = edges.length - 1;
  const leaves = new Float64Array(2 * pairs);
  for (let pair = 0; pair < pairs; pair++) {
    const middle = 13.7 * Math.sin(1.3 * pair);
    const half = Math.abs(edges[pair] + edges[pair + 1]) > 60 ? 0.25 : 0.25 + 20 * Math.abs(Math.sin(2.1 * pair));
    leaves[pair] = middle - half;
    leaves[pairs + pair] = middle + half;
  }
  return leaves;
}

function beamOf(machine: Machine, leaves: Float64Array): Beam {
  const angles = { gantry: 0, collimator: 0, couch: 0 };
  const { beam } = createBeam({
    number: 1,
    name: 'A',
    machine,
    angles,
    isocenter: [0, 0, 0],
    iecFromLps: iecFromPatient('HFS')!,
  });
  const positions = { ASYMX: jaws.x, ASYMY: jaws.y, [machine.mlc!.type]: [...leaves] };
  return { ...beam, controlPoints: beam.controlPoints.map((point) => ({ ...point, positions })) };
}

describe('apertureFluence', () => {
  it.each([
    ['MLCX', 5, 0],
    ['MLCX', 2.5, 0],
    ['MLCY', 5, 0],
    ['MLCX', 5, 0.06],
  ] as const)(
    'is the fluence of the dose engines over bixels: %s, %s mm, extra-focal %s',
    (type, width, extraFocal) => {
      const machine = machineWith(type, extraFocal);
      const leaves = ragged(machine);
      const bixels = lattice(width, 100 / width, 80 / width);
      const model = new ApertureFluence(bixels, machine, jaws);
      const open = new Float64Array(model.grid.columns * model.grid.rows);
      model.addOpening(leaves, leaves, 1, open);
      const weights = new Float64Array(model.bixels);
      model.toBixels(open, weights);
      const beam = beamOf(machine, leaves);
      const [segment] = segmentsOf(beam);
      const map = primaryFluence(beam, segment, machine, 0.5);
      // What a pixel at the end of two shut leaves is open by is cut off at 0, here once a bixel; the extra-focal source here does not see
      // what lies beyond the bixels.
      const tolerance = extraFocal === 0 ? 6e-3 : 1e-2;
      for (const [n, [x, y]] of bixels.middles.entries())
        expect(Math.abs(weights[n] - meanFluence(map, x, y, width, width)), `bixel at ${x}, ${y}`).toBeLessThan(
          tolerance,
        );
      expect(Math.max(...weights)).toBeGreaterThan(0.9);
    },
  );

  it('is the mean of standing leaves for moving ones', () => {
    const machine = machineWith('MLCX', 0);
    const begin = ragged(machine);
    const pairs = begin.length / 2;
    // Every pair by another way, up to 24 mm, its two ends not alike.
    const end = begin.map((at, leaf) => at + 4 + 20 * Math.abs(Math.sin(leaf % pairs)) + (leaf < pairs ? 0 : 2));
    const model = new ApertureFluence(lattice(5, 20, 16), machine, jaws);
    const size = model.grid.columns * model.grid.rows;
    const moving = new Float64Array(size);
    model.addOpening(begin, end, 1, moving);
    const standing = new Float64Array(size);
    for (let n = 0; n < 100; n++) {
      const leaves = begin.map((at, leaf) => at + ((n + 0.5) / 100) * (end[leaf] - at));
      model.addOpening(leaves, leaves, 0.01, standing);
    }
    // Left between them: tongues and grooves of neighbours that move past each other, an eighth of a row at most.
    let [sum, most] = [0, 0];
    for (let n = 0; n < size; n++) {
      sum += Math.abs(moving[n] - standing[n]) / size;
      most = Math.max(most, Math.abs(moving[n] - standing[n]));
    }
    expect(sum).toBeLessThan(0.005);
    expect(most).toBeLessThan(0.04);
  });

  it('gives the same bits with what it knows of leaves as without, however they move on', () => {
    const machine = machineWith('MLCX', 0.06);
    const model = new ApertureFluence(lattice(5, 20, 16), machine, jaws);
    const size = model.grid.columns * model.grid.rows;
    const wanted = Float64Array.from({ length: size }, (_, n) => Math.sin(1 + n));
    const seen = model.unseen();
    const [begin, end] = [ragged(machine), ragged(machine)];
    const both = (known: typeof seen): Float64Array[] => {
      const [open, ofBegin, ofEnd] = [size, begin.length, begin.length].map((length) => new Float64Array(length));
      model.addOpening(begin, end, 3, open, known);
      const ofWeight = model.addOpeningGradient(begin, end, 3, wanted, ofBegin, ofEnd, known);
      return [open, ofBegin, ofEnd, Float64Array.of(ofWeight)];
    };
    const results = [both(seen)];
    const [first, pairs] = [model.pairs[8], begin.length / 2];
    // Either end of either leaf by itself, and back; then nothing.
    for (const [shape, leaf, way] of [
      [begin, first, 1.5],
      [end, first, 2.5],
      [begin, pairs + first + 1, 1.5],
      [end, pairs + first + 1, 2.5],
    ] as const)
      for (const by of [way, -way]) {
        shape[leaf] += by;
        results.push(both(seen));
        expect(results.at(-1)).toEqual(both(model.unseen()));
      }
    expect(both(seen)).toEqual(results.at(-1));
    expect(new Set(results.map(([open]) => open.join())).size).toBeGreaterThan(4);
  });

  it.each(['MLCX', 'MLCY'] as const)('has the gradient of its differences: %s', (type) => {
    const machine = machineWith(type, 0.06);
    const leaves = ragged(machine);
    const model = new ApertureFluence(lattice(5, 20, 16), machine, jaws);
    const size = model.grid.columns * model.grid.rows;
    const wanted = Float64Array.from({ length: model.bixels }, (_, n) => Math.sin(1 + n));
    const valueOf = (positions: Float64Array, weight: number): number => {
      const open = new Float64Array(size);
      model.addOpening(positions, positions, weight, open);
      const bixels = new Float64Array(model.bixels);
      model.toBixels(open, bixels);
      return bixels.reduce((sum, value, n) => sum + value * wanted[n], 0);
    };
    const gradient = new Float64Array(size);
    model.fromBixels(wanted, gradient);
    const leafGradient = new Float64Array(leaves.length);
    const ofWeight = model.addOpeningGradient(leaves, leaves, 2, gradient, leafGradient, leafGradient);
    expect(ofWeight).toBeCloseTo(valueOf(leaves, 1), 9);
    const pairs = leaves.length / 2;
    const step = 1e-6;
    for (const pair of model.pairs)
      for (const leaf of [pair, pairs + pair]) {
        const moved = (by: number): Float64Array => leaves.map((at, n) => (n === leaf ? at + by : at));
        const difference = (valueOf(moved(step), 2) - valueOf(moved(-step), 2)) / (2 * step);
        expect(Math.abs(leafGradient[leaf] - difference), `leaf ${leaf}`).toBeLessThan(1e-7);
      }
    expect(leafGradient.some((value) => Math.abs(value) > 0.1)).toBe(true);
  });
});
