import { bodyOf } from '#shared/dosimetry/patient/body.ts';
import { densityOnGrid, doseGridFor } from '#shared/dosimetry/patient/density.ts';
import { DEFAULT_DIRECTIONS } from '#shared/dosimetry/collapsedCone/directions.ts';
import type { DoseProblem } from '#shared/dosimetry/engine.ts';
import type { Machine } from '#shared/dosimetry/machine/machine.ts';
import {
  calibrationByName,
  DEFAULT_CALIBRATION,
  DEFAULT_MACHINE,
  machineByName,
} from '#shared/dosimetry/machine/machines.ts';
import { createBeam, targetCenter } from '#shared/dosimetry/plan/arrange/planFactory.ts';
import { iecFromPatient } from '#shared/geometry/iec.ts';
import { AXIAL, type Volume } from '#shared/geometry/volume.ts';
import type { Vec3 } from '#shared/geometry/vec.ts';
import type { Beam } from '#shared/model/plan.ts';
import { makePhantom } from '#shared/phantom/phantom.ts';
import { rasterizeRoi } from '#shared/structures/contours/mask.ts';

/** A beam on a patient. */
export interface BeamOn {
  readonly problem: DoseProblem;
  readonly beam: Beam;
  readonly machine: Machine;
}

/** An open 10 × 10 of the generic linac. */
export function beamOn(density: Volume<Float32Array>, isocenter: Vec3, gantry = 0, number = 1): BeamOn {
  const machine = machineByName(DEFAULT_MACHINE);
  const iecFromLps = iecFromPatient('HFS')!;
  const angles = { gantry, collimator: 0, couch: 0 };
  const { beam } = createBeam({ number, name: `G${gantry}`, machine, angles, isocenter, iecFromLps });
  const settings = { directions: DEFAULT_DIRECTIONS, perFluence: false };
  return { problem: { density, iecFromLps, settings }, beam, machine };
}

/** The thorax phantom on a grid, and its target's centre. */
export function thorax(spacing: number): { density: Volume<Float32Array>; target: Vec3 } {
  const { ct, structureSet } = makePhantom('thorax');
  const body = bodyOf(structureSet);
  const target = structureSet.rois.find((roi) => roi.type === 'PTV') ?? body;
  const grid = doseGridFor(ct, body.contours, spacing);
  const mask = rasterizeRoi(body.contours, grid);
  const density = densityOnGrid(ct, grid, calibrationByName(DEFAULT_CALIBRATION), mask);
  return { density, target: targetCenter(target) };
}

/** 160³ voxels of 3 mm of water, and a point 12 cm deep. */
export function water160(): { density: Volume<Float32Array>; target: Vec3 } {
  const density = {
    dims: [160, 160, 160],
    spacing: [3, 3, 3],
    origin: [-238.5, 1.5, -238.5],
    direction: AXIAL,
    data: new Float32Array(160 ** 3).fill(1),
  } as const;
  return { density, target: [0, 121.5, 0] };
}

/** A full arc of `count` intervals whose leaves wander about a field of 6 cm, with varying output: deterministic. */
export function arcOn(density: Volume<Float32Array>, isocenter: Vec3, count: number): BeamOn {
  const still = beamOn(density, isocenter, 180);
  const [first] = still.beam.controlPoints;
  const edges = still.beam.devices.find(({ type }) => type === 'MLCX')!.leafBoundaries!;
  let state = 7;
  const random = (): number => {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
    return state / 0x7fffffff;
  };
  const pairs = edges.slice(1).map((edge, n) => ({
    moves: Math.abs(edge + edges[n]) < 64,
    left: -25 + 10 * random(),
    right: 15 + 10 * random(),
  }));
  let metersetWeight = 0;
  const controlPoints = Array.from({ length: count + 1 }, (_, n) => {
    for (const pair of pairs) {
      pair.left = Math.max(-30, Math.min(0, pair.left + 8 * (random() - 0.5)));
      pair.right = Math.min(30, Math.max(pair.left + 6, pair.right + 8 * (random() - 0.5)));
    }
    const at = metersetWeight;
    metersetWeight += 0.5 + random();
    return {
      ...first,
      gantry: (180.1 + (359.8 * n) / count) % 360,
      gantryDirection: n === count ? ('NONE' as const) : ('CW' as const),
      metersetWeight: at,
      positions: {
        ASYMX: [-32, 32],
        ASYMY: [-32, 32],
        MLCX: [
          ...pairs.map(({ moves, left }) => (moves ? left : 0)),
          ...pairs.map(({ moves, right }) => (moves ? right : 0)),
        ],
      },
    };
  });
  const { metersetWeight: finalMetersetWeight } = controlPoints[count];
  return { ...still, beam: { ...still.beam, type: 'DYNAMIC', finalMetersetWeight, controlPoints } };
}
