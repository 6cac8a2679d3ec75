import type { DataSet } from '../codec/dataset.ts';
import type { DataSetInput } from '../codec/encode.ts';

/** Z/A of water (NIST XCOM: 10.0 / 18.015). */
const WATER_Z_OVER_A = 0.55508;

/**
 * Relative electron density and mass density in g/cm³ of reference materials, rising (ICRU 44 and NIST: air, lung, water, soft tissue,
 * cortical bone, aluminium, titanium, iron): ρe = ρ (Z/A) / (Z/A of water), with Z/A 0.49919, 0.54965, 0.55508, 0.54996, 0.51478,
 * 0.48181, 0.45961 and 0.46556.
 */
const MATERIALS = [
  [0, 0],
  [0.00108, 0.001205],
  [0.25746, 0.26],
  [1, 1],
  [1.05022, 1.06],
  [1.7806, 1.92],
  [2.34273, 2.699],
  [3.75915, 4.54],
  [6.60413, 7.874],
] as const;

/** Atomic masses for the elements that tissues and implants are made of (IUPAC, rounded). */
const ATOMIC_MASS: Readonly<Record<number, number>> = {
  1: 1.008, 6: 12.011, 7: 14.007, 8: 15.999, 9: 18.998, 11: 22.99, 12: 24.305, 13: 26.982, 14: 28.085, 15: 30.974, 16: 32.06, 17: 35.45,
  18: 39.948, 19: 39.098, 20: 40.078, 22: 47.867, 23: 50.942, 24: 51.996, 25: 54.938, 26: 55.845, 27: 58.933, 28: 58.693, 29: 63.546,
  30: 65.38, 40: 91.224, 42: 95.95, 47: 107.868, 50: 118.71, 53: 126.904, 56: 137.327, 74: 183.84, 78: 195.084, 79: 196.967, 82: 207.2,
}; // biome-ignore format: a table

/**
 * The mass density in g/cm³ that an item of RT ROI Observations Sequence sets for its ROI, in place of what the CT shows: REL_MASS_DENSITY
 * as it is (water is 1), else REL_ELEC_DENSITY, converted with the ROI's own elemental composition where it is given and with those of
 * reference materials otherwise, which is said in `warnings`. Other properties set no density. Throws INVALID_ATTRIBUTE for a density that is none.
 */
export function readDensity(observation: DataSet, roi: string, warnings: string[]): number | undefined {
  const properties = new Map<string, DataSet>();
  for (const item of observation.sequence('ROIPhysicalPropertiesSequence'))
    properties.set(item.string('ROIPhysicalProperty'), item);
  const value = (item: DataSet): number => {
    const density = item.needNumber('ROIPhysicalPropertyValue');
    if (!(density >= 0 && density < 25))
      throw item.invalid('ROIPhysicalPropertyValue', `${density} is no relative density of "${roi}"`);
    return density;
  };
  const mass = properties.get('REL_MASS_DENSITY');
  if (mass !== undefined) return value(mass);
  const electrons = properties.get('REL_ELEC_DENSITY');
  if (electrons === undefined) {
    if (properties.size > 0) warnings.push(`"${roi}": ${[...properties.keys()].join(', ')} set no density here`);
    return undefined;
  }
  const relative = value(electrons);
  const ratio = compositionZOverA(properties.get('ELEM_FRACTION'));
  const density = Number(
    (ratio === undefined ? massFromElectrons(relative) : (relative * WATER_Z_OVER_A) / ratio).toFixed(4),
  );
  warnings.push(
    `"${roi}": relative electron density ${relative} is taken as ${density} g/cm³, by ${ratio === undefined ? 'materials of like density' : 'its elemental composition'}`,
  );
  return density;
}

/** REL_MASS_DENSITY for a density in g/cm³. */
export const densityItem = (density: number): DataSetInput => ({
  ROIPhysicalProperty: 'REL_MASS_DENSITY',
  ROIPhysicalPropertyValue: density,
});

/** Σ wᵢ Zᵢ/Aᵢ of ROI Elemental Composition Sequence; undefined without one, or with an element that is not known here. */
function compositionZOverA(item: DataSet | undefined): number | undefined {
  let [sum, weight] = [0, 0];
  for (const element of item?.sequence('ROIElementalCompositionSequence') ?? []) {
    const z = element.needNumber('ROIElementalCompositionAtomicNumber');
    const fraction = element.needNumber('ROIElementalCompositionAtomicMassFraction');
    const mass = ATOMIC_MASS[z];
    if (mass === undefined) return undefined;
    sum += (fraction * z) / mass;
    weight += fraction;
  }
  return weight > 0 ? sum / weight : undefined;
}

function massFromElectrons(relative: number): number {
  const upper = MATERIALS.findIndex(([electrons]) => electrons >= relative);
  const [last, lastMass] = MATERIALS[MATERIALS.length - 1];
  if (upper < 0) return (relative * lastMass) / last;
  if (upper === 0) return 0;
  const [[e0, m0], [e1, m1]] = [MATERIALS[upper - 1], MATERIALS[upper]];
  return m0 + ((relative - e0) / (e1 - e0)) * (m1 - m0);
}
