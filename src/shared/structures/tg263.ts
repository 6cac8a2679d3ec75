import type { RoiType } from '../model/structures.ts';

/**
 * Common primary names of the AAPM TG-263 nomenclature (Mayo et al., Standardizing Nomenclatures in Radiation Oncology, 2018),
 * offered while a structure is named.
 */
export const TG263_NAMES: readonly string[] = [
  'BODY', 'External', 'GTV', 'GTVp', 'GTVn', 'CTV', 'CTVp', 'CTVn', 'ITV', 'PTV', 'PTV_High', 'PTV_Mid', 'PTV_Low',
  'Brain', 'Brainstem', 'OpticChiasm', 'OpticNrv_L', 'OpticNrv_R', 'Eye_L', 'Eye_R', 'Lens_L', 'Lens_R', 'Retina_L', 'Retina_R',
  'Cochlea_L', 'Cochlea_R', 'Pituitary', 'Hippocampus_L', 'Hippocampus_R', 'Glnd_Lacrimal_L', 'Glnd_Lacrimal_R',
  'Parotid_L', 'Parotid_R', 'Glnd_Submand_L', 'Glnd_Submand_R', 'Bone_Mandible', 'Cavity_Oral', 'Lips', 'Larynx', 'Pharynx',
  'Musc_Constrict', 'Glnd_Thyroid', 'SpinalCord', 'SpinalCanal', 'BrachialPlex_L', 'BrachialPlex_R',
  'Lung_L', 'Lung_R', 'Lungs', 'Lungs-GTV', 'Heart', 'Esophagus', 'Trachea', 'Bronchus', 'A_LAD', 'Ventricle_L', 'Breast_L', 'Breast_R',
  'Chestwall_L', 'Chestwall_R', 'Rib', 'Liver', 'Liver-GTV', 'Stomach', 'Duodenum', 'Bowel_Small', 'Bowel_Large', 'Bowel', 'BowelBag',
  'Kidney_L', 'Kidney_R', 'Kidneys', 'Spleen', 'Pancreas', 'Glnd_Adrenal_L', 'Glnd_Adrenal_R',
  'Prostate', 'SeminalVes', 'Bladder', 'Rectum', 'Anus', 'Bowel_Sigmoid', 'Femur_Head_L', 'Femur_Head_R', 'PenileBulb', 'Uterus', 'Ovary_L', 'Ovary_R',
  'Vagina', 'Sacrum', 'Bone_Pelvic', 'CouchSurface', 'CouchInterior',
]; // biome-ignore format: a list

/** The type a TG-263 name stands for. */
export function typeForName(name: string): RoiType {
  if (/^(body|external|skin)/i.test(name)) return 'EXTERNAL';
  if (/^(i?gtv)/i.test(name)) return 'GTV';
  if (/^(ctv|itv)/i.test(name)) return 'CTV';
  if (/^z?ptv/i.test(name)) return 'PTV';
  if (/^couch/i.test(name)) return 'SUPPORT';
  if (/^bolus/i.test(name)) return 'BOLUS';
  return 'ORGAN';
}

/** Types offered in lists: the ones of external-beam planning. */
export const COMMON_TYPES: readonly RoiType[] = [
  'EXTERNAL', 'GTV', 'CTV', 'PTV', 'ORGAN', 'AVOIDANCE', 'CONTROL', 'BOLUS', 'SUPPORT', 'MARKER', 'ISOCENTER', 'CAVITY', 'FIXATION', 'DOSE_REGION',
]; // biome-ignore format: a list
