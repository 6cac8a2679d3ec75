import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { buildImageVolume } from '#shared/dicom/image/imageVolume.ts';
import { normalizedBy } from '#shared/model/suv.ts';

const folder = path.resolve(process.cwd(), '../shared/data/ibsi_sts_ct_mr_pet');

describe.skipIf(!existsSync(folder))('PET of the IBSI patients (GE, g/ml by body weight)', () => {
  it('STS_002 (99 kg, 1.74 m, man) is SUV, and lean SUV is 0.6745 of it', async () => {
    const series = path.join(folder, 'STS_002', 'PET', 'image');
    const pet = await buildImageVolume(
      readdirSync(series).map((name) => new Uint8Array(readFileSync(path.join(series, name)))),
    );
    expect([pet.unit, pet.suv?.normalization]).toEqual(['SUV', 'body weight']);
    // BMI 32.699: 9270 × 99 / (6680 + 216 × 32.699) = 66.78 kg.
    expect(pet.suv?.leanRatio).toBeCloseTo(66.78 / 99, 4);
    const highest = Math.max(...pet.data.filter((value) => value > 0)) * pet.slope + pet.intercept;
    // A sarcoma takes up more than 2.5 times the mean and less than a bladder.
    expect(highest).toBeGreaterThan(2.5);
    expect(highest).toBeLessThan(60);
    expect(normalizedBy(pet, 'lean body mass').slope / pet.slope).toBeCloseTo(66.78 / 99, 4);
  });
});
