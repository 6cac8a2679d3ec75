/** Densities (g/cm³) between which a voxel is a mixture by volume of soft tissue and cortical bone (ICRU 44 muscle; ICRP bone). */
const SOFT = 1.06;
const CORTICAL = 1.85;

/**
 * Mass fraction of cortical bone in tissue of mass density `density` g/cm³, the rest being water-like tissue: 0 up to muscle,
 * 1 from cortical bone. Lung, fat and muscle count as water: their μ/ρ is within 1 % of water's at megavoltage energies.
 */
export function boneMassFraction(density: number): number {
  if (density <= SOFT) return 0;
  if (density >= CORTICAL) return 1;
  return (((density - SOFT) / (CORTICAL - SOFT)) * CORTICAL) / density;
}
