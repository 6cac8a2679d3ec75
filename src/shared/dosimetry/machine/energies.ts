import type { Machine } from './machine.ts';

/** What a planner calls a machine's beam: 6 MV, 6 MV FFF. */
export const energyWords = ({ nominalEnergy, fluenceMode }: Pick<Machine, 'nominalEnergy' | 'fluenceMode'>): string =>
  `${nominalEnergy} MV${fluenceMode === 'NON_STANDARD' ? ' FFF' : ''}`;

/** The beams of one linac: machines that differ in nothing but what they emit. The machine itself is among them, in rising energy. */
export function energiesOf(machine: Machine, all: readonly Machine[]): Machine[] {
  const head = headOf(machine);
  return all
    .filter((other) => headOf(other) === head)
    .sort((a, b) => a.nominalEnergy - b.nominalEnergy || a.fluenceMode.localeCompare(b.fluenceMode) * -1);
}

/** What stays the same when only the energy is switched. */
function headOf({ reference, limits, mlc, sourceAxisDistance }: Machine): string {
  const { doseRate: _rate, minimumDoseRate: _least, ...moving } = limits;
  return JSON.stringify([reference, sourceAxisDistance, moving, mlc?.type, mlc?.leafBoundaries]);
}
