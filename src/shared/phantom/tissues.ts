import type { Tissue } from './anatomy.ts';

/**
 * Typical HU at 120 kV (ICRU 46 compositions give the order) and relative T1-weighted signal: fat bright, cortical bone and air dark.
 */
export const AIR: Tissue = { hu: -1000, mr: 0 };
export const WATER: Tissue = { hu: 0, mr: 250 };
export const SKIN: Tissue = { hu: 10, mr: 420 };
export const FAT: Tissue = { hu: -100, mr: 900 };
export const MUSCLE: Tissue = { hu: 55, mr: 360 };
export const LUNG: Tissue = { hu: -780, mr: 45 };
export const VESSEL: Tissue = { hu: 45, mr: 150 };
export const BLOOD: Tissue = { hu: 42, mr: 170 };
export const MYOCARDIUM: Tissue = { hu: 50, mr: 400 };
export const LIVER: Tissue = { hu: 60, mr: 520 };
export const SPLEEN: Tissue = { hu: 50, mr: 300 };
export const STOMACH: Tissue = { hu: 25, mr: 280 };
export const CARTILAGE: Tissue = { hu: 120, mr: 300 };
export const CORTICAL: Tissue = { hu: 750, mr: 40 };
export const RIB_MARROW: Tissue = { hu: 300, mr: 520 };
export const MARROW: Tissue = { hu: 180, mr: 600 };
export const DISC: Tissue = { hu: 80, mr: 330 };
export const CSF: Tissue = { hu: 12, mr: 120 };
export const CORD: Tissue = { hu: 38, mr: 430 };
export const TUMOUR: Tissue = { hu: 40, mr: 560 };
export const BRAIN_WHITE: Tissue = { hu: 30, mr: 620 };
export const BRAIN_GREY: Tissue = { hu: 38, mr: 480 };
export const ENHANCING: Tissue = { hu: 52, mr: 800 };
export const VITREOUS: Tissue = { hu: 8, mr: 110 };
export const LENS: Tissue = { hu: 90, mr: 260 };
export const URINE: Tissue = { hu: 5, mr: 110 };
export const PROSTATE: Tissue = { hu: 42, mr: 400 };
export const BOWEL: Tissue = { hu: 30, mr: 330 };
export const FEMORAL_HEAD: Tissue = { hu: 260, mr: 580 };
export const COUCH_SKIN: Tissue = { hu: -250 };
export const COUCH_FOAM: Tissue = { hu: -940 };
