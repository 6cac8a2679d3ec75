import { type BeamQuality, muOverRhoBone, muOverRhoWater } from '../machine/beamQuality.ts';
import { boneMassFraction } from '../patient/medium.ts';

/** Gy per (MeV/g). */
export const GRAY = 1.602176634e-10;

/** The least water in the table, g/cm²: what a filter softer than the tabulated spectrum's takes away again. */
const LEAST = -20;
const WATER_NODES = 171;
const BONE_NODES = 61;
/** g/cm² between nodes; ln(TERMA) is close to linear over it. */
const STEP = 1;

/** TERMA by g/cm² of water and bone crossed, and the voxel's density. */
export type TermaTable = (water: number, bone: number, density: number) => number;

/**
 * TERMA per unit primary fluence (Gy·cm²) of a spectrum that has crossed `water` and `bone` g/cm², in a voxel of a given density:
 * T = Σ_E φ_E E (μ/ρ)_medium exp(−(μ/ρ)_w t_w − (μ/ρ)_b t_b), so that beam hardening is exact. Tabulated once per spectrum. Less than no
 * water is a spectrum that its filter has not hardened yet.
 */
export function termaTable(quality: BeamQuality): TermaTable {
  const inWater = new Float64Array(WATER_NODES * BONE_NODES);
  const inBone = new Float64Array(WATER_NODES * BONE_NODES);
  quality.energies.forEach((energy, e) => {
    const [muWater, muBone] = [muOverRhoWater(energy), muOverRhoBone(energy)];
    const energyFluence = quality.fluence[e] * energy * GRAY;
    const [perWater, perBone] = [Math.exp(-muWater * STEP), Math.exp(-muBone * STEP)];
    let afterBone = energyFluence * Math.exp(-muWater * LEAST);
    for (let b = 0; b < BONE_NODES; b++) {
      let left = afterBone;
      for (let w = 0; w < WATER_NODES; w++) {
        inWater[b * WATER_NODES + w] += left * muWater;
        inBone[b * WATER_NODES + w] += left * muBone;
        left *= perWater;
      }
      afterBone *= perBone;
    }
  });
  const logWater = inWater.map(Math.log);
  const logBone = inBone.map(Math.log);
  return (water, bone, density) => {
    const fraction = boneMassFraction(density);
    const soft = fraction < 1 ? Math.exp(interpolate(logWater, water, bone)) : 0;
    return fraction > 0 ? (1 - fraction) * soft + fraction * Math.exp(interpolate(logBone, water, bone)) : soft;
  };
}

/** Bilinear in the table; the first and last slopes are continued beyond it. */
function interpolate(table: Float64Array, water: number, bone: number): number {
  const position = (water - LEAST) / STEP;
  const w = Math.min(WATER_NODES - 2, Math.max(0, Math.floor(position)));
  const b = Math.min(BONE_NODES - 2, Math.floor(bone / STEP));
  const at = b * WATER_NODES + w;
  const [fw, fb] = [position - w, bone / STEP - b];
  const low = table[at] + fw * (table[at + 1] - table[at]);
  if (bone === 0) return low;
  const next = at + WATER_NODES;
  return low + fb * (table[next] + fw * (table[next + 1] - table[next]) - low);
}
