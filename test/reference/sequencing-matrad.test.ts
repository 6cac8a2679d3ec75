import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { sequencedCShape } from '../../bench/kernels/sequencing.ts';
import { checkDeliverability } from '#shared/optimization/deliverability/deliverability.ts';

const FOLDER = resolve(process.cwd(), '../shared/reference/matrad');

// What is asked of the fluence plan is 47.9 and 27.1 Gy, of the collapsed cone on what leaves deliver 47 and 28 Gy.
describe.skipIf(!existsSync(FOLDER))('matRad’s C-shape in segments of a linac', () => {
  it('keeps the coverage and the sparing of its fluence plan with 60 segments', async () => {
    const { sequence, exceeded, finalDoses, machine, fluence } = (await sequencedCShape(1e-2))!;
    const { beams, doses, report } = await sequence({
      method: 'step-and-shoot',
      segments: 12,
      minimumMu: 1,
      minimumArea: 2,
    });
    const final = await finalDoses(beams);
    expect(report.segments).toBeLessThanOrEqual(60);
    for (const beam of beams) expect(checkDeliverability(beam, machine).violations).toEqual([]);
    expect(exceeded('Target', 0.95, doses)).toBeGreaterThan(47.3);
    expect(exceeded('Core', 0.05, doses)).toBeLessThan(27.7);
    expect(exceeded('Target', 0.95, final)).toBeGreaterThanOrEqual(47);
    expect(exceeded('Core', 0.05, final)).toBeLessThanOrEqual(28);
    expect(report.objective.final).toBeLessThan(1.15 * fluence);
  });
});
