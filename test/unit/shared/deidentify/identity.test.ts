import { expect, it } from 'vitest';
import { IdentityWords } from '#shared/deidentify/identity.ts';
import { readPart10 } from '#shared/dicom/codec/part10.ts';
import { ctSlice } from '#test/unit/main/archive/objects.ts';

it('finds names however they are written, and leaves other words alone', () => {
  const words = new IdentityWords();
  const name = 'Müller-Lüdenscheidt^Jürgen=山田^太郎';
  words.learn(readPart10(ctSlice(1, { PatientName: name, ReferringPhysicianName: 'Li^Ng' })).dataset);
  for (const text of [
    'Mueller-Luedenscheidt',
    'Mueller scan',
    'MULLER-LUDENSCHEIDT',
    'Juergen',
    'jurgen',
    'JuergenPlan',
    '山田の計画',
    'for Li',
  ])
    expect(words.occursIn(text), text).toBe(true);
  for (const text of ['Planning CT', 'Thorax', 'Lung', 'Line 1']) expect(words.occursIn(text), text).toBe(false);
});
