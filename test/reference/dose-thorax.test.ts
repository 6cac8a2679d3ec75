import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildImageVolume } from '#shared/dicom/image/imageVolume.ts';
import { calibrationByName, DEFAULT_CALIBRATION, machineByName } from '#shared/dosimetry/machine/machines.ts';
import { computePlanDose, type PlanDoseResult } from '#shared/dosimetry/plan/planDose.ts';
import { createBeam, createPlan, createPrescription } from '#shared/dosimetry/plan/arrange/planFactory.ts';
import { iecFromPatient } from '#shared/geometry/iec.ts';
import { sampleAtPoint, type Volume } from '#shared/geometry/volume.ts';
import type { Vec3 } from '#shared/geometry/vec.ts';
import type { ImageVolume } from '#shared/model/image.ts';
import type { Contour, Roi } from '#shared/model/structures.ts';
import { findBody } from '#shared/structures/body.ts';
import { circle } from '../unit/shared/dosimetry/phantoms.ts';

// A real thorax (phase 00 of shared/data/opentps_4dct) and a 4 cm field from the front through chest wall, lung and the tumour beside
// the hilum. There is no reference dose: what is tested is what physics asks of any, and what a picture was judged by.
const ARCHIVE = resolve(process.cwd(), '../shared/data/opentps_4dct/4DCTDicomLight.tar.xz');

/** Middle of the tumour, LPS mm, and the radius of a target about it. */
const TUMOUR: Vec3 = [-75, 69, -10.5];
const RADIUS = 20;

describe.skipIf(!existsSync(ARCHIVE))('6 MV on the thorax of opentps_4dct', () => {
  const folder = mkdtempSync(join(tmpdir(), 'thorax-'));
  let ct: ImageVolume;
  let result: PlanDoseResult;
  afterAll(() => rmSync(folder, { recursive: true }));

  beforeAll(async () => {
    execFileSync('tar', ['xJf', ARCHIVE, '-C', folder, '4DCTDicomLight/00']);
    const files = join(folder, '4DCTDicomLight', '00');
    ct = await buildImageVolume(readdirSync(files).map((name) => readFileSync(join(files, name))));
    const roi = (number: number, name: string, type: 'EXTERNAL' | 'PTV', contours: readonly Contour[]): Roi => ({
      number,
      name,
      type,
      color: [0, 0, 0],
      generationAlgorithm: 'MANUAL',
      frameOfReferenceUid: ct.frameOfReferenceUid,
      contours,
    });
    const target = roi(2, 'PTV', 'PTV', ball(ct));
    const structures = {
      sopInstanceUid: '2.25.5',
      label: 'THORAX',
      frameOfReferenceUid: ct.frameOfReferenceUid,
      referencedStudyUid: ct.study.studyInstanceUid,
      referencedSeriesUid: ct.seriesInstanceUid,
      referencedImages: ct.slices,
      rois: [roi(1, 'BODY', 'EXTERNAL', findBody(ct)), target],
      warnings: [],
    };
    const { beam } = createBeam({
      number: 1,
      name: 'AP',
      machine: machineByName('GENERIC_6MV'),
      angles: { gantry: 0, collimator: 0, couch: 0 },
      isocenter: TUMOUR,
      iecFromLps: iecFromPatient('HFS')!,
      target: target.contours,
    });
    const prescription = createPrescription(target, 60, 30);
    const plan = createPlan({
      sopInstanceUid: '2.25.6',
      label: 'AP',
      structures,
      patientPosition: 'HFS',
      prescription,
    });
    result = await computePlanDose({
      ct,
      structures,
      plan: { ...plan, beams: [beam] },
      calibration: calibrationByName(DEFAULT_CALIBRATION),
      grid: 2.5,
      newUid: () => '2.25.7',
    });
  });

  const at = (volume: Volume, y: number, aside = 0): number =>
    sampleAtPoint(volume, [TUMOUR[0] - aside, y, TUMOUR[2]], 0);

  it('falls in lung, less dense than anything about it, and builds up again where tissue begins', () => {
    // Lung from y = −40 to 35, vessels and the tumour's edge from 35 to 45.
    for (let y = -40; y < 35; y += 15) expect(at(result.density, y)).toBeLessThan(0.35);
    expect(at(result.planDose, 15) / at(result.planDose, -35)).toBeLessThan(0.85);
    // Two centimetres of water would take some 8 % off; here dose rises.
    expect(at(result.planDose, 40)).toBeGreaterThan(at(result.planDose, 22));
  });

  it('has a penumbra twice as wide in lung as in the chest wall', () => {
    const penumbra = (y: number): number => {
      const middle = at(result.planDose, y);
      const reach = (share: number): number => {
        let aside = 0;
        while (at(result.planDose, y, aside) > share * middle) aside += 0.1;
        return aside;
      };
      return reach(0.2) - reach(0.8);
    };
    expect(penumbra(-65)).toBeLessThan(6);
    // Towards the patient's right there is lung beside the field.
    expect(penumbra(0)).toBeGreaterThan(1.6 * penumbra(-65));
  });

  it('gives the couch and the air nothing', () => {
    const { planDose, density } = result;
    planDose.data.forEach((value, v) => {
      if (density.data[v] === 0 && value !== 0) expect(value).toBe(0);
    });
    expect(planDose.data.reduce((most, value) => Math.max(most, value), 0)).toBeGreaterThan(60);
  });
});

/** A ball about the tumour in the planes of the CT. */
function ball(ct: ImageVolume): Contour[] {
  return Array.from({ length: ct.dims[2] }, (_, k) => ct.origin[2] + k * ct.spacing[2]).flatMap((z) => {
    const squared = RADIUS ** 2 - (z - TUMOUR[2]) ** 2;
    return squared > 4 ? [circle(Math.sqrt(squared), z, TUMOUR[0], TUMOUR[1])] : [];
  });
}
