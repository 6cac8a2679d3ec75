import { expect, test } from 'vitest';
import { radiationText } from '#shared/dosimetry/plan/radiationText.ts';
import type { Beam } from '#shared/model/plan.ts';
import { beam } from '#test/builders/plan.ts';

const ion = { scanMode: 'MODULATED', layers: 2, spots: 9, energies: [70, 126], devices: [] } as const;

test.each<[string, Partial<Beam>]>([
  ['6 MV photons', {}],
  ['6 MV FFF photons', { fluenceMode: 'NON_STANDARD', fluenceModeId: 'FFF' }],
  ['6 MeV electrons', { radiationType: 'ELECTRON' }],
  ['70–126 MeV protons', { radiationType: 'PROTON', ion }],
  ['126 MeV per nucleon ions', { radiationType: 'ION', ion: { ...ion, energies: [126, 126] } }],
  ['6 MV or MeV, radiation not stated', { radiationType: '' }],
])('%s', (words, parts) => {
  expect(radiationText({ ...beam(1), ...parts })).toBe(words);
});
