import { describe, expect, it } from 'vitest';
import {
  CT_SERIES, ctSlice, DOSE, dose, FRAME, type OpenScene, PLAN, plan, registration, STRUCTURES, store, structureSet,
} from '../../objects.ts'; // biome-ignore format: a list

export const describeReferences = (open: OpenScene): void => {
  describe('references', () => {
    it('finds the image series a structure set names by UID, and through it those of plan and dose', async () => {
      await using scene = await open();
      const { archive } = scene;
      // Order of receipt must not matter.
      for (const object of [dose(), plan(), structureSet(CT_SERIES), ctSlice(1)]) await store(archive, object);
      expect(await archive.references(STRUCTURES)).toEqual({ instances: [], series: [CT_SERIES], by: 'uid' });
      expect(await archive.references(PLAN)).toEqual({ instances: [STRUCTURES], series: [CT_SERIES], by: 'uid' });
      expect(await archive.references(DOSE)).toEqual({ instances: [PLAN], series: [CT_SERIES], by: 'uid' });
      const [patient] = await archive.patients();
      const objects = (await archive.tree(patient.key)).tree[0].series.flatMap((series) => series.objects);
      expect(objects.map((object) => [object.sopInstanceUid, object.label, object.references?.by])).toEqual(
        expect.arrayContaining([
          [STRUCTURES, 'Contours', 'uid'],
          [PLAN, 'Lung', 'uid'],
          [DOSE, '', 'uid'],
        ]),
      );
    });

    it('falls back to the frame of reference and says so', async () => {
      await using scene = await open();
      await store(scene.archive, ctSlice(1));
      await store(
        scene.archive,
        ctSlice(2, { SeriesInstanceUID: '1.2.3.7', Modality: 'MR', SOPInstanceUID: '1.2.3.7.1' }),
      );
      await store(scene.archive, structureSet('9.9.9'));
      expect(await scene.archive.references(STRUCTURES)).toMatchObject({
        series: [CT_SERIES, '1.2.3.7'],
        by: 'frame-of-reference',
      });
    });

    it('finds nothing in another frame', async () => {
      await using scene = await open();
      await store(scene.archive, ctSlice(1));
      await store(scene.archive, structureSet(undefined, '7.7.7'));
      expect(await scene.archive.references(STRUCTURES)).toEqual({ instances: [], series: [], by: 'none' });
    });

    it('never links to another patient, neither by UID nor by frame', async () => {
      await using scene = await open();
      await store(scene.archive, ctSlice(1, { PatientID: 'SOMEBODY ELSE' }));
      await store(scene.archive, structureSet(CT_SERIES));
      await store(scene.archive, plan());
      expect(await scene.archive.references(STRUCTURES)).toEqual({ instances: [], series: [], by: 'none' });
      expect(await scene.archive.references(PLAN)).toMatchObject({ series: [], by: 'none' });
    });

    it('gives a registration the series of both frames', async () => {
      await using scene = await open();
      await store(scene.archive, ctSlice(1));
      const mr = {
        SeriesInstanceUID: '1.2.3.7',
        Modality: 'MR',
        SOPInstanceUID: '1.2.3.7.1',
        FrameOfReferenceUID: '1.2.3.200',
      };
      await store(scene.archive, ctSlice(2, mr));
      await store(scene.archive, registration([FRAME, '1.2.3.200']));
      expect(await scene.archive.references('1.2.3.6.1')).toMatchObject({
        series: [CT_SERIES, '1.2.3.7'],
        by: 'frame-of-reference',
      });
    });

    it('ends where objects refer to each other in a circle', async () => {
      await using scene = await open();
      await store(
        scene.archive,
        plan({
          ReferencedRTPlanSequence: [
            { ReferencedSOPClassUID: '1.2.840.10008.5.1.4.1.1.481.2', ReferencedSOPInstanceUID: DOSE },
          ],
        }),
      );
      await store(scene.archive, dose());
      expect(await scene.archive.references(DOSE)).toMatchObject({ instances: [PLAN], by: 'none' });
    });

    it('names an object that is not there', async () => {
      await using scene = await open();
      await expect(scene.archive.references('1.1')).rejects.toMatchObject({ code: 'NOT_FOUND', object: '1.1' });
    });
  });
};
