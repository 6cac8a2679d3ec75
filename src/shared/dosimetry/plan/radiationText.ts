import type { Beam } from '../../model/plan.ts';

/**
 * What a beam is made of, in words: `6 MV photons`, `10 MV FFF photons`, `9 MeV electrons`, `70–126 MeV protons`. Photons are named by the accelerating potential, particles by
 * their energy (MeV, for ions per nucleon).
 */
export function radiationText({ radiationType, controlPoints, fluenceMode, fluenceModeId, ion }: Beam): string {
  const energy = controlPoints[0].nominalEnergy;
  if (radiationType === '') return `${energy} MV or MeV, radiation not stated`;
  const particles = `${radiationType.toLowerCase()}s`;
  if (radiationType === 'PHOTON')
    return `${energy} MV${fluenceMode === 'NON_STANDARD' ? ` ${fluenceModeId ?? 'non-standard fluence'}` : ''} ${particles}`;
  if (ion === undefined) return `${energy} MeV ${particles}`;
  const [low, high] = ion.energies;
  return `${low === high ? low : `${low}–${high}`} MeV${radiationType === 'ION' ? ' per nucleon' : ''} ${particles}`;
}
