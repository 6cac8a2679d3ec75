import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { buildImageVolume } from '#shared/dicom/image/imageVolume.ts';
import { readStructureSet } from '#shared/dicom/structures/rtStructureSet.ts';
import { findBody } from '#shared/structures/body.ts';
import { rasterizeRoi } from '#shared/structures/contours/mask.ts';

const folder = path.resolve(process.cwd(), '../shared/data/ibsi_sts_ct_mr_pet');

/** Real thighs and a shoulder, cropped round the tumour, on a GE couch. */
describe.skipIf(!existsSync(folder))('BODY on real CTs', () => {
  it.each(['STS_001', 'STS_002', 'STS_026', 'STS_035'])(
    '%s: holds the tumour, on every slice, no air and no couch',
    async (patient) => {
      const images = path.join(folder, patient, 'CT', 'image');
      const ct = await buildImageVolume(readdirSync(images).map((file) => readFileSync(path.join(images, file))));
      const body = findBody(ct);
      const planes = new Set(body.map((contour) => contour.points[2].toFixed(2)));
      expect(planes.size).toBe(ct.dims[2]);
      const mask = rasterizeRoi(body, ct);
      let [inside, tissue, missed, air] = [0, 0, 0, 0];
      for (let p = 0; p < mask.length; p++) {
        const hu = ct.data[p] * ct.slope + ct.intercept;
        inside += mask[p];
        if (hu > -200) {
          tissue++;
          if (mask[p] < 0.5) missed++;
        } else if (hu < -900 && mask[p] > 0.5) air++;
      }
      expect(air / inside).toBeLessThan(0.001);
      // Above −200 HU but not body: the couch's two shells in STS_002 (looked at), a skin fold's tip elsewhere.
      expect(missed / tissue).toBeLessThan(patient === 'STS_002' ? 0.05 : 0.001);
      if (patient === 'STS_002') expect(missed / tissue).toBeGreaterThan(0.04);
      const set = readStructureSet(readFileSync(path.join(folder, patient, 'CT', 'mask', 'RS.dcm')), patient);
      const tumour = rasterizeRoi(
        set.rois.flatMap((roi) => roi.contours),
        ct,
      );
      let [whole, held] = [0, 0];
      for (let p = 0; p < mask.length; p++) {
        whole += tumour[p];
        held += Math.min(tumour[p], mask[p]);
      }
      expect(held / whole).toBeGreaterThan(0.999);
    },
  );
});
