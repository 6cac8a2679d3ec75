import type { Beam } from '../../model/plan.ts';
import type { Machine } from '../machine/machine.ts';
import { collimated } from './collimator.ts';
import { type FluenceLattice, type FluenceMap, fluenceMap, latticeOf } from './fluenceMap.ts';
import { attenuate } from './modifiers.ts';
import { backscatterFactor } from './monitorBackscatter.ts';
import { radialAt } from './radial.ts';
import type { BeamSegment } from './segments.ts';
import { blurredView, type SourceView, viewOf } from './sourceView.ts';

/** Pixel of the fluence map at the isocenter plane, mm; open edges inside a pixel count by area. */
const PIXEL = 0.5;
/** What comes from wide sources is smooth: mapped on pixels this wide, mm. */
const COARSE = 5;

/**
 * Photon fluence of a segment at the isocenter plane relative to the open primary beam on the axis with the calibration field's jaws,
 * per unit meterset: the primary source (its horn, its size) and the extra-focal source through jaws, leaves, trays, wedges and blocks.
 * @param pixel of the map, mm: a divisor of 5.
 * @throws IsocenterError DOSE, MACHINE or INVALID_ATTRIBUTE naming the beam for devices and accessories the model does not know.
 */
export function primaryFluence(beam: Beam, segment: BeamSegment, machine: Machine, pixel = PIXEL): FluenceMap {
  const { sourceSigma, extraFocal } = machine.beam;
  const seen = metered(segment, machine);
  const lattice = latticeOf(machine, pixel, COARSE);
  const sad = machine.sourceAxisDistance;
  const passing = (view: SourceView, on: FluenceLattice): Float64Array => {
    const values = collimated(beam, seen, machine, view, on);
    attenuate(values, beam, segment, machine, view, on);
    return values;
  };
  const open = passing(viewOf({ sigma: sourceSigma, sourceDistance: 0 }, sad), lattice);
  applyHorn(open, machine, lattice);
  if (extraFocal.weight > 0) {
    const coarse = latticeOf(machine, COARSE, COARSE);
    addSmooth(open, lattice, passing(viewOf(extraFocal, sad), coarse), coarse, extraFocal.weight);
  }
  return fluenceMap(open, lattice);
}

/**
 * Contaminating electrons of a segment at the isocenter plane, 1 under a wide open beam, per unit meterset; undefined for a machine
 * without them.
 */
export function electronFluence(beam: Beam, segment: BeamSegment, machine: Machine): FluenceMap | undefined {
  const { weight, sigma } = machine.beam.electrons;
  if (weight === 0) return undefined;
  const lattice = latticeOf(machine, COARSE, COARSE);
  const values = collimated(beam, metered(segment, machine), machine, blurredView(sigma), lattice);
  attenuate(values, beam, segment, machine, blurredView(sigma), lattice);
  return fluenceMap(values, lattice);
}

/** A segment's apertures weighted by their output per MU. */
function metered(segment: BeamSegment, machine: Machine): BeamSegment {
  const weight = (aperture: BeamSegment['apertures'][number]): number =>
    aperture.weight * backscatterFactor(machine, aperture);
  return { ...segment, apertures: segment.apertures.map((one) => ({ ...one, weight: weight(one) })) };
}

/** The last horn on its lattice: beams of one machine come one after the other, in workers as copies of it. */
let lastHorn: { readonly key: string; readonly factors: Float32Array } | undefined;

function applyHorn(values: Float64Array, machine: Machine, lattice: FluenceLattice): void {
  const { horn } = machine.beam;
  if (horn.every(([, value]) => value === 1)) return;
  const key = JSON.stringify([horn, machine.sourceAxisDistance, lattice]);
  if (lastHorn?.key !== key) {
    const factors = new Float32Array(values.length);
    for (let y = 0; y < lattice.height; y++)
      for (let x = 0; x < lattice.width; x++) {
        const radius = Math.hypot(lattice.x0 + (x + 0.5) * lattice.pixel, lattice.y0 + (y + 0.5) * lattice.pixel);
        factors[y * lattice.width + x] = radialAt(horn, radius / machine.sourceAxisDistance);
      }
    lastHorn = { key, factors };
  }
  const { factors } = lastHorn;
  for (let n = 0; n < values.length; n++) values[n] *= factors[n];
}

/** Adds a map on coarse pixels to one on fine ones, bilinearly between pixel middles. */
function addSmooth(
  fine: Float64Array,
  lattice: FluenceLattice,
  coarse: Float64Array,
  { width, height, pixel }: FluenceLattice,
  weight: number,
): void {
  const ratio = pixel / lattice.pixel;
  const columns = Float64Array.from({ length: lattice.width }, (_, x) => (x + 0.5) / ratio - 0.5);
  const line = new Float64Array(width);
  for (let y = 0; y < lattice.height; y++) {
    const cy = (y + 0.5) / ratio - 0.5;
    const j = Math.max(0, Math.min(height - 2, Math.floor(cy)));
    const fy = Math.max(0, Math.min(1, cy - j));
    for (let i = 0; i < width; i++)
      line[i] = weight * (coarse[j * width + i] + fy * (coarse[(j + 1) * width + i] - coarse[j * width + i]));
    for (let x = 0; x < lattice.width; x++) {
      const i = Math.max(0, Math.min(width - 2, Math.floor(columns[x])));
      const fx = Math.max(0, Math.min(1, columns[x] - i));
      fine[y * lattice.width + x] += line[i] + fx * (line[i + 1] - line[i]);
    }
  }
}
