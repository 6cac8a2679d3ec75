import type { ImageVolume } from '#shared/model/image.ts';
import type { Rgb, StructureSet } from '#shared/model/structures.ts';
import type { Anatomy } from './anatomy.ts';
import { contourShape } from './contouring.ts';
import type { Random } from './random.ts';

const COLORS: Readonly<Record<string, Rgb>> = {
  BODY: [120, 200, 120], Bone: [235, 225, 190], GTV: [230, 40, 40], CTV: [240, 130, 40], PTV: [255, 60, 160],
  Lung_L: [90, 170, 255], Lung_R: [60, 130, 240], Heart: [220, 90, 90], SpinalCord: [250, 220, 60],
  Brain: [200, 160, 220], Brainstem: [120, 220, 200], CORE: [90, 230, 90], Eye_L: [80, 200, 255], Eye_R: [60, 160, 230],
  Lens_L: [200, 240, 255], Lens_R: [170, 220, 250], OpticNrv_L: [255, 190, 90], OpticNrv_R: [240, 160, 60],
  Prostate: [240, 110, 60], Bladder: [250, 230, 90], Rectum: [160, 110, 60], Femur_Head_L: [110, 190, 230], Femur_Head_R: [80, 150, 210],
  PTV_5000: [255, 60, 160], PTV_2500: [240, 130, 40], PTV_1250: [250, 220, 60], Parotid_L: [90, 170, 255], Parotid_R: [60, 130, 240],
}; // biome-ignore format: a table

/** The anatomy's ROIs as an RT structure set on the CT. */
export function makeStructureSet(anatomy: Anatomy, ct: ImageVolume, random: Random): StructureSet {
  return {
    sopInstanceUid: random.uid(),
    label: 'TRUTH',
    name: `${anatomy.title} phantom, true shapes`,
    frameOfReferenceUid: ct.frameOfReferenceUid,
    referencedStudyUid: ct.study.studyInstanceUid,
    referencedSeriesUid: ct.seriesInstanceUid,
    referencedImages: ct.slices,
    rois: anatomy.rois.map((roi, index) => ({
      number: index + 1,
      name: roi.name,
      type: roi.type,
      color: COLORS[roi.name] ?? [200, 200, 200],
      generationAlgorithm: 'AUTOMATIC',
      frameOfReferenceUid: ct.frameOfReferenceUid,
      contours: contourShape(roi.shape, ct, ct.slices),
    })),
    warnings: [],
  };
}
