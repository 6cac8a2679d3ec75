import { expect, it } from 'vitest';
import { collimated } from '#shared/dosimetry/beam/collimator.ts';
import { blurredView } from '#shared/dosimetry/beam/sourceView.ts';
import { machineByName } from '#shared/dosimetry/machine/machines.ts';

type Collimated = Parameters<typeof collimated>;

it('jaws that shut and let nothing through leave no fluence; open ones that of their opening', () => {
  const generic = machineByName('GENERIC_6MV');
  const machine = { ...generic, beam: { ...generic.beam, jawTransmission: 0 } };
  const lattice = { width: 100, height: 100, pixel: 4, x0: -198, y0: -198 } as Collimated[4];
  const beam = { number: 1, name: 'Open', devices: [] } as unknown as Collimated[0];
  const through = (y: readonly [number, number]): number =>
    collimated(
      beam,
      { apertures: [{ positions: { ASYMX: [-50, 50], ASYMY: y }, weight: 1 }] } as unknown as Collimated[1],
      machine,
      blurredView(1),
      lattice,
    ).reduce((sum, value) => sum + value, 0);
  expect(through([30, 30])).toBe(0);
  // 100 mm each way in pixels of 4 mm: 25 · 25, edges blurred evenly.
  expect(through([-50, 50])).toBeCloseTo(625, 0);
});
