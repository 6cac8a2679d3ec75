import boneData from '../../../../resources/kernels/attenuation-bone.json' with { type: 'json' };
import waterData from '../../../../resources/kernels/attenuation-water.json' with { type: 'json' };
import mohan10 from '../../../../resources/kernels/mohan10.json' with { type: 'json' };
import mohan15 from '../../../../resources/kernels/mohan15.json' with { type: 'json' };
import mohan4 from '../../../../resources/kernels/mohan4.json' with { type: 'json' };
import mohan6 from '../../../../resources/kernels/mohan6.json' with { type: 'json' };
import { IsocenterError } from '../../contract/errors.ts';
import type { Machine } from './machine.ts';

/** A photon spectrum as weighted energies, finely enough divided that μ is constant within each. */
export interface BeamQuality {
  readonly name: string;
  /** MeV. */
  readonly energies: readonly number[];
  /** Photons (fluence) at each energy per photon of the tabulated spectrum, for which they sum to 1. */
  readonly fluence: readonly number[];
}

const SPECTRA: Readonly<Record<string, { binEdgesMeV: number[]; fluencePerBin: number[] }>> = {
  mohan4,
  mohan6,
  mohan10,
  mohan15,
};

/** Sub-divisions of a spectrum bin, inside which the photons are uniform in energy (as the reference Monte Carlo samples them). */
const PARTS = 4;

/** The tabulated spectrum of a name (a machine's `beam.kernel`). @throws IsocenterError MACHINE for an unknown name. */
export function beamQualityByName(name: string): BeamQuality {
  const spectrum = Object.hasOwn(SPECTRA, name) ? SPECTRA[name] : undefined;
  if (spectrum === undefined)
    throw new IsocenterError('MACHINE', `no spectrum and kernels named "${name}"`, {
      object: name,
      attribute: 'kernel',
    });
  const energies: number[] = [];
  const fluence: number[] = [];
  const total = spectrum.fluencePerBin.reduce((sum, value) => sum + value, 0);
  spectrum.fluencePerBin.forEach((value, bin) => {
    const [low, high] = [spectrum.binEdgesMeV[bin], spectrum.binEdgesMeV[bin + 1]];
    for (let part = 0; part < PARTS; part++) {
      energies.push(low + ((part + 0.5) / PARTS) * (high - low));
      fluence.push(value / total / PARTS);
    }
  });
  return { name, energies, fluence };
}

/**
 * The spectrum of a machine on the axis: the tabulated one behind (or, negative, before) `filtration` g/cm² of water, with as much
 * energy as before.
 */
export function beamQualityOf({ beam }: Machine): BeamQuality {
  const quality = beamQualityByName(beam.kernel);
  if (beam.filtration === 0) return quality;
  const left = transmittedEnergy(quality, beam.filtration);
  const fluence = quality.fluence.map(
    (value, n) => (value * Math.exp(-muOverRhoWater(quality.energies[n]) * beam.filtration)) / left,
  );
  return { name: `${quality.name} + ${beam.filtration} g/cm²`, energies: quality.energies, fluence };
}

/** Share of the photons that pass `filtration` g/cm² of water unscattered; above 1 for less than none. */
export function transmittedFluence(quality: BeamQuality, filtration: number): number {
  let [before, after] = [0, 0];
  quality.energies.forEach((energy, n) => {
    before += quality.fluence[n];
    after += quality.fluence[n] * Math.exp(-muOverRhoWater(energy) * filtration);
  });
  return after / before;
}

/** Share of a spectrum's energy that passes `filtration` g/cm² of water unscattered; above 1 for less than none. */
export function transmittedEnergy(quality: BeamQuality, filtration: number): number {
  let [before, after] = [0, 0];
  quality.energies.forEach((energy, n) => {
    const carried = quality.fluence[n] * energy;
    before += carried;
    after += carried * Math.exp(-muOverRhoWater(energy) * filtration);
  });
  return after / before;
}

/** μ/ρ of water in cm²/g at `energy` MeV, without coherent scattering (log–log interpolation of NIST XCOM values). */
export const muOverRhoWater = (energy: number): number => logLog(waterData.energiesMeV, waterData.muOverRho, energy);

/** μ/ρ of ICRP cortical bone in cm²/g at `energy` MeV, without coherent scattering. */
export const muOverRhoBone = (energy: number): number => logLog(boneData.energiesMeV, boneData.muOverRho, energy);

function logLog(xs: readonly number[], ys: readonly number[], x: number): number {
  let upper = 1;
  while (upper < xs.length - 1 && xs[upper] < x) upper++;
  const lower = upper - 1;
  const t = Math.log(x / xs[lower]) / Math.log(xs[upper] / xs[lower]);
  return ys[lower] * Math.exp(t * Math.log(ys[upper] / ys[lower]));
}
