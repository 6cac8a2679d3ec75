import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { readRtImage } from '#shared/dicom/rtImage.ts';
import { writeRtImage } from '#shared/dicom/rtImageWriter.ts';
import { objectContext } from '#test/builders/context.ts';

const DATA = path.resolve(process.cwd(), '../shared/data/rtimage');

describe.skipIf(!existsSync(DATA))('portal images of other makers (needs shared/data/rtimage)', () => {
  const read = (name: string) => readRtImage(readFileSync(path.join(DATA, name)), name);

  // What dcmdump shows of the files.
  it('reads what an Elekta iView image states, and leaves open what it does not', async () => {
    const image = await read('elekta_iview_RTIMAGE.dcm');
    expect(image).toMatchObject({
      label: 'iViewPortalImage',
      imageType: ['ORIGINAL', 'PRIMARY', 'PORTAL'],
      plane: 'NORMAL',
      size: [1024, 1024],
      spacing: [0.402, 0.402],
      sad: 1000,
      sid: 1600,
      gantry: 0,
      receptorAngle: 0,
      reportedValuesOrigin: 'OPERATOR',
      exposures: [],
      machine: '',
    });
    for (const key of ['firstPixel', 'collimator', 'couch', 'isocenter', 'planUid', 'window'] as const)
      expect(image[key], key).toBeUndefined();
    expect(image.data[0]).toBe(0xffff);
  });

  it('reads a Varian image with its exposure, position and calibrated pixels', async () => {
    const image = await read('varian_RI6XDosiGap.dcm');
    expect(image).toMatchObject({
      label: 'MV_0_0a6',
      size: [1024, 768],
      firstPixel: [-200.508, 150.332],
      orientation: [1, 0, 0, 0, -1, 0],
      sid: 1500.03301807881,
      machine: 'TrueBeam1309',
      beamNumber: 3,
      planUid: '1.2.246.352.71.5.518672833859.131124.20190729114143',
      isocenter: [0, 0, 0],
      patientPosition: 'HFS',
      unit: 'CU',
      intensity: { relationship: 'LIN', sign: 1 },
    });
    const [exposure] = image.exposures;
    expect(exposure).toMatchObject({ kvp: 6000, meterset: 50.001832004119, gantry: 0.0132679680691 });
    expect(exposure.devices.map(({ type, positions }) => [type, positions.map(Math.round)])).toEqual([
      ['X', [-100, 100]],
      ['Y', [-100, 100]],
    ]);
    expect(image.data[0]).toBeCloseTo(0x72 * 5.6120501942e-6, 9);
  });

  it('writes them again with every value that the record holds', async () => {
    for (const name of ['elekta_iview_RTIMAGE.dcm', 'varian_RI6XDosiGap.dcm']) {
      const image = await read(name);
      const context = objectContext('RTIMAGE');
      const bytes = writeRtImage({ ...image, sopInstanceUid: context.sopInstanceUid }, context);
      const { data, description, sopInstanceUid, unit, ...again } = await readRtImage(bytes);
      const { data: before, description: said = '', sopInstanceUid: uid, unit: was, ...stated } = image;
      expect(again).toEqual({ ...stated, label: stated.label.slice(0, 16) });
      expect([sopInstanceUid, uid === sopInstanceUid]).toEqual([context.sopInstanceUid, false]);
      expect(unit).toBe(was === '' ? 'US' : was);
      expect(description).toContain(said.slice(0, 20));
      const most = before.reduce((top, value) => Math.max(top, value), 0);
      const worst = data.reduce((top, value, n) => Math.max(top, Math.abs(value - before[n])), 0);
      expect(worst / most).toBeLessThan(1 / 65535);
    }
  });
});
