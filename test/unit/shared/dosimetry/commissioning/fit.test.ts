import { describe, expect, it } from 'vitest';
import { collapsedCone } from '#shared/dosimetry/collapsedCone/collapsedCone.ts';
import { fitMachine } from '#shared/dosimetry/commissioning/fit.ts';
import { fittedMachine } from '#shared/dosimetry/commissioning/machineFile.ts';
import { commissioningHtml } from '#shared/dosimetry/commissioning/report/html.ts';
import { compareScans } from '#shared/dosimetry/commissioning/summary.ts';
import type { Machine } from '#shared/dosimetry/machine/machine.ts';
import { machineText, parseMachine } from '#shared/dosimetry/machine/machineJson.ts';
import { machineByName } from '#shared/dosimetry/machine/machines.ts';
import { measured, USUAL_SCANS } from '../../../../builders/hiddenMachine.ts';

/** Coarse: hidden machine and fit share the grid, so that its error cancels. */
const GRID = 14;
const NOISE = 0.003;

const start: Machine = {
  ...machineByName('GENERIC_6MV'),
  // Small jaws make small fluence maps.
  limits: { ...machineByName('GENERIC_6MV').limits, jawX: [-100, 100], jawY: [-100, 100] },
  beam: {
    ...machineByName('GENERIC_6MV').beam,
    filtration: 0,
    horn: [
      [0, 1],
      [0.04, 1.017],
      [0.08, 1.03],
      [0.25, 1.048],
    ],
    softening: [[0, 0]],
    electrons: { weight: 0, attenuation: 1, range: 3, sigma: 80 },
    monitorBackscatter: { jawX: 0, jawY: 0 },
    extraFocal: { weight: 0.1, sigma: 19, sourceDistance: 125 },
  },
};
const hidden: Machine = {
  ...start,
  beam: {
    ...start.beam,
    filtration: 3,
    electrons: { weight: 0.4, attenuation: 1.6, range: 3, sigma: 50 },
    extraFocal: { weight: 0.06, sigma: 26, sourceDistance: 125 },
    jawTransmission: 0.01,
    horn: start.beam.horn.map(([tan, value]) => [tan, 1 + (value - 1) * 1.6]),
  },
};

describe('a hidden machine, measured with 0.3 % noise', () => {
  it('is found again from a generic one: every scan within 1 %/1 mm but for the noise', {
    timeout: 240_000,
  }, async () => {
    const data = await measured(hidden, USUAL_SCANS, collapsedCone, GRID, NOISE);
    const words: string[] = [];
    const fit = await fitMachine(start, data, collapsedCone, {
      spacing: GRID,
      detectorAverage: false,
      calibrationSpacing: GRID,
      onProgress: (fraction, text) => words.push(`${fraction} ${text}`),
    });
    const [before, after] = [compareScans(data, fit.before), compareScans(data, fit.after)];
    const points = (scans: typeof after): number => scans.reduce((sum, { summary }) => sum + summary.points, 0);
    const within = (scans: typeof after): number =>
      scans.reduce((sum, { summary }) => sum + summary.within[0].share * summary.points, 0) / points(scans);
    expect(within(before)).toBeLessThan(0.9);
    // Of a normal scatter of 0.3 % one reading in 900 lies beyond 1 %, and each scan is normalised to noisy points.
    expect(within(after)).toBeGreaterThan(0.99);
    for (const { summary } of after) {
      expect(summary.mean, summary.title).toBeLessThan(0.4);
      if (summary.kind === 'outputFactor') expect(summary.worst, summary.title).toBeLessThan(0.5);
      else expect(summary.within[1].share, summary.title).toBe(1);
    }
    const found = Object.fromEntries(fit.parameters.map((parameter) => [parameter.name, parameter]));
    expect(Math.abs(found['beam.filtration'].after - 3)).toBeLessThan(1);
    expect(found['beam.electrons.weight'].after).toBeCloseTo(0.4, 1);
    expect(found['beam.jawTransmission'].after).toBeCloseTo(0.01, 2);
    // 200 mm fields hardly reach it: left alone, which is said.
    expect(found['beam.horn[tan 0.25]'].after).toBe(1.048);
    expect(found['beam.horn[tan 0.25]'].reason).toContain('measure');
    expect(fit.warnings.join()).toContain('horn[tan 0.25] 1.048');
    expect(words.at(-1)).toBe('1 done');

    const machine = fittedMachine(fit, after, { name: 'TEST_FIT', date: '2026-11-28' });
    expect(parseMachine(machineText(machine), 'TEST_FIT.json')).toEqual(machine);
    expect(machine.clinicallyCommissioned).toBe(false);
    expect(machine.description).toMatch(
      /^Fitted from GENERIC_6MV on 2026-11-28 to 2 depth doses, 3 profiles, 4 output factors/,
    );
    expect(machine.calibration.fluencePerMu).not.toBe(start.calibration.fluencePerMu);
    const html = commissioningHtml({ ...fit, machine, before, after, made: 'test' });
    expect(html.match(/<svg/g)).toHaveLength(5);
    expect(html).toContain('Not commissioned for clinical use');
  });
});

describe('what cannot be fitted', () => {
  it('keeps its value when nothing was measured for it', { timeout: 60_000 }, async () => {
    const factor = await measured(start, USUAL_SCANS.slice(5, 6), collapsedCone, GRID, 0);
    const fit = await fitMachine(start, factor, collapsedCone, {
      spacing: GRID,
      detectorAverage: false,
      calibrationSpacing: GRID,
    });
    const kept = fit.parameters.filter(({ reason }) => reason !== undefined);
    for (const { name, before, after } of kept) expect(after, name).toBe(before);
    // One output factor tells one number at most.
    expect(kept.length).toBeGreaterThanOrEqual(fit.parameters.length - 1);
    expect(fit.machine.beam.horn).toEqual(start.beam.horn);
  });

  it('is refused without scans', async () =>
    expect(fitMachine(start, [], collapsedCone, { spacing: 5, detectorAverage: false })).rejects.toThrow(
      'no measured scans',
    ));

  it('stops when it is cancelled', async () =>
    expect(
      fitMachine(start, USUAL_SCANS, collapsedCone, {
        spacing: GRID,
        detectorAverage: false,
        signal: { aborted: true },
      }),
    ).rejects.toMatchObject({ code: 'CANCELLED' }));
});
