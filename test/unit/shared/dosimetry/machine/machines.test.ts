import { describe, expect, it } from 'vitest';
import { calibrationFluence } from '#shared/dosimetry/machine/calibration.ts';
import { collapsedCone } from '#shared/dosimetry/collapsedCone/collapsedCone.ts';
import {
  calibrationFor,
  densityFromHu,
  parseCalibrationCsv,
  scannerRemark,
} from '#shared/dosimetry/patient/ctCalibration.ts';
import type { Scanner } from '#shared/model/image.ts';
import { machineSchema } from '#shared/dosimetry/machine/machine.ts';
import {
  calibrationByName,
  calibrationNames,
  DEFAULT_MACHINE,
  machineByName,
  machineNames,
} from '#shared/dosimetry/machine/machines.ts';
import { DEFAULT_DIRECTIONS } from '#shared/dosimetry/collapsedCone/directions.ts';

describe('machines', () => {
  it('are known by name, the generic linac first', () => {
    expect(machineNames()).toEqual([
      'GENERIC_6MV',
      'GENERIC_6FFF',
      'GENERIC_10MV',
      'GENERIC_15MV',
      'GENERIC_6MV_160',
      'GENERIC_6FFF_160',
      'GENERIC_10MV_160',
      'GENERIC_15MV_160',
      'REF_6MV_POINT',
      'REF_15MV_POINT',
    ]);
    expect(DEFAULT_MACHINE).toBe('GENERIC_6MV');
    expect(() => machineByName('GENERIC_8MV')).toThrow(/no machine named "GENERIC_8MV" \(known: GENERIC_6MV/);
  });

  it('the generic linacs have 120 leaves (40 pairs of 5 mm inside, 20 of 10 mm outside) or 160 (80 pairs of 5 mm), 40 cm in all', () => {
    for (const name of machineNames().filter((one) => one.startsWith('GENERIC'))) {
      const edges = machineByName(name).mlc!.leafBoundaries;
      const widths = edges.slice(1).map((edge, n) => edge - edges[n]);
      const fine = name.endsWith('_160') ? 80 : 40;
      expect(widths).toHaveLength(name.endsWith('_160') ? 80 : 60);
      expect(widths.filter((width) => width === 5)).toHaveLength(fine);
      if (fine === 40) expect(widths.slice(10, 50).every((width) => width === 5)).toBe(true);
      expect([edges[0], edges[edges.length - 1]]).toEqual([-200, 200]);
    }
  });

  it('two geometries of one energy share everything about the beam but how collimators let through and scatter back', () => {
    for (const name of machineNames().filter((one) => one.endsWith('_160'))) {
      const [wide, narrow] = [machineByName(name.replace('_160', '')), machineByName(name)];
      expect({ ...narrow.beam, monitorBackscatter: wide.beam.monitorBackscatter }).toEqual(wide.beam);
    }
  });

  it('reference machines are ideal points with opaque jaws and nothing else', () => {
    for (const name of ['REF_6MV_POINT', 'REF_15MV_POINT']) {
      const { reference, mlc, wedges, trays, beam } = machineByName(name);
      expect({ reference, mlc, wedges, trays, ...beam, kernel: '', electrons: beam.electrons.weight }).toEqual({
        reference: true,
        mlc: undefined,
        wedges: [],
        trays: [],
        kernel: '',
        filtration: 0,
        softening: [[0, 0]],
        monitorBackscatter: { jawX: 0, jawY: 0 },
        electrons: 0,
        jawTransmission: 0,
        sourceSigma: 0,
        horn: [[0, 1]],
        extraFocal: { weight: 0, sigma: 0, sourceDistance: 0 },
      });
    }
  });

  // The stored factor was computed on a 2.5 mm grid; 5 mm in the test costs up to 0.5 % of accuracy, 8 mm (which keeps the test of so many
  // machines short) up to 1.2 %.
  it.each(machineNames())('%s: the stored fluence per MU gives the calibrated dose', async (name) => {
    const machine = machineByName(name);
    const fine = ['GENERIC_6MV', 'GENERIC_15MV', 'REF_6MV_POINT', 'REF_15MV_POINT'].includes(name);
    const found = await calibrationFluence(machine, collapsedCone, fine ? 5 : 8, DEFAULT_DIRECTIONS);
    expect(Math.abs(found / machine.calibration.fluencePerMu - 1)).toBeLessThan(fine ? 0.005 : 0.012);
  });

  it('schema refuses falling leaf boundaries, unknown keys and a machine that claims to be commissioned', () => {
    const machine = machineByName('GENERIC_6MV');
    expect(machineSchema.safeParse(machine).success).toBe(true);
    const bad: unknown[] = [
      { ...machine, mlc: { ...machine.mlc, leafBoundaries: [0, 5, 5, 10] } },
      { ...machine, wedge: 15 },
      { ...machine, clinicallyCommissioned: true },
      { ...machine, beam: { ...machine.beam, jawTransmission: 1.5 } },
      { ...machine, calibration: { ...machine.calibration, fluencePerMu: 0 } },
    ];
    for (const one of bad) expect(machineSchema.safeParse(one).success).toBe(false);
  });
});

describe('CT calibrations', () => {
  it('are linear between points and held beyond them', () => {
    const calibration = calibrationByName(calibrationNames()[0]);
    expect(densityFromHu(calibration, 0)).toBe(1);
    expect(densityFromHu(calibration, -50)).toBeCloseTo(0.975, 12);
    expect(densityFromHu(calibration, -3000)).toBe(0.001);
    expect(densityFromHu(calibration, 9999)).toBe(2.8);
    expect(() => calibrationByName('none')).toThrow(/no CT calibration named "none"/);
  });

  it('are chosen by the scanner that the images name, the closest description first; another is said', () => {
    const generic = calibrationByName('GENERIC_120KV');
    const of = (name: string, ...scanners: Scanner[]) => ({ ...generic, name, scanners });
    const known = [
      of('any Acme', { manufacturer: 'ACME' }),
      of('room 2', { manufacturer: 'Acme', station: 'CT2', kvp: 120 }),
      of('room 2 low', { manufacturer: 'Acme', station: 'CT2', kvp: 80 }),
    ];
    const chosen = (scanner?: Scanner): string => calibrationFor(scanner, known, generic).name;
    expect(chosen({ manufacturer: 'Acme ', model: 'X', station: 'CT2', kvp: 120 })).toBe('room 2');
    expect(chosen({ manufacturer: 'Acme', station: 'CT2', kvp: 80 })).toBe('room 2 low');
    expect(chosen({ manufacturer: 'Acme', station: 'CT1', kvp: 120 })).toBe('any Acme');
    expect(chosen({ manufacturer: 'Other' })).toBe('GENERIC_120KV');
    expect(chosen(undefined)).toBe('GENERIC_120KV');
    expect(scannerRemark(known[1], { manufacturer: 'Acme', station: 'CT2', kvp: 120 })).toBeUndefined();
    expect(scannerRemark(known[1], { manufacturer: 'Acme', station: 'CT2', kvp: 100 })).toBe(
      'CT calibration room 2 is not that of the scanner (Acme CT2 100 kV)',
    );
    expect(scannerRemark(generic, undefined)).toMatch(/GENERIC_120KV is not that of a scanner/);
    expect(scannerRemark(parseCalibrationCsv('HU,density\n-1000,0\n0,1\n', 'mine.csv'), undefined)).toBeUndefined();
  });

  it('are read from CSV with the header HU,density', () => {
    const read = parseCalibrationCsv('HU,density\r\n-1000,0\r\n0,1\r\n\r\n1000,1.6\r\n', 'mine.csv');
    expect(read.points).toEqual([[-1000, 0], [0, 1], [1000, 1.6]]); // biome-ignore format: points
  });

  it.each([
    ['-1000,0\n0,1\n', /first line must be "HU,density"/],
    ['HU,density\n-1000\n0,1\n', /line 2 is not two numbers: "-1000"/],
    ['HU,density\n-1000,\n0,1\n', /line 2/],
    ['HU,density\n0,1\n-5,2\n', /HU must rise/],
    ['HU,density\n0,1\n5,0.5\n', /density must not fall/],
    ['HU,density\n0,1\n', /2/],
    ['HU,density\n-1000,1.2\n0,1000\n', /density is in g\/cm³/],
  ])('refuse %j', (text, message) => {
    expect(() => parseCalibrationCsv(text, 'bad.csv')).toThrow(message);
  });
});
