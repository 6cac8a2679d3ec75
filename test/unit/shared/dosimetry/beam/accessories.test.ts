import { describe, expect, it } from 'vitest';
import { refuseNotComputed } from '#shared/dosimetry/beam/accessories.ts';
import type { BeamAccessories } from '#shared/model/accessories.ts';
import type { Beam } from '#shared/model/plan.ts';
import { everyAccessory, fitted } from '#test/builders/accessories.ts';
import { beam } from '#test/builders/plan.ts';

const refusal = (of: Beam): string | undefined => {
  try {
    refuseNotComputed(of);
    return undefined;
  } catch (error) {
    const { code, object, attribute } = error as { code: string; object: string; attribute: string };
    return `${code} ${object} ${attribute}`;
  }
};

describe('what no dose engine computes is refused by beam and attribute', () => {
  it.each<[keyof BeamAccessories, string]>([
    ['wedges', 'WedgeSequence'],
    ['blocks', 'BlockSequence'],
    ['compensators', 'CompensatorSequence'],
    ['boluses', 'ReferencedBolusSequence'],
    ['applicators', 'ApplicatorSequence'],
    ['generalAccessories', 'GeneralAccessorySequence'],
    ['totalBlockTrayFactor', 'TotalBlockTrayFactor'],
    ['totalCompensatorTrayFactor', 'TotalCompensatorTrayFactor'],
  ])('%s', (key, attribute) => {
    expect(refusal(fitted({ [key]: everyAccessory[key] }))).toBe(`DOSE Beam 1 (Beam 1) ${attribute}`);
  });

  it('electrons, even of an energy that a photon machine has', () => {
    expect(refusal({ ...beam(1), radiationType: 'ELECTRON' })).toBe('DOSE Beam 1 (Beam 1) RadiationType');
  });

  it('a beam without any of it is not, nor a tray that takes nothing away', () => {
    expect(refusal(beam(1))).toBeUndefined();
    expect(refusal({ ...beam(1), totalBlockTrayFactor: 1, wedges: [] })).toBeUndefined();
  });
});
