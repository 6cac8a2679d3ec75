import type { Code, Roi } from '../../model/structures.ts';

const snomed = (value: string, meaning: string): Code => ({ value, scheme: 'SCT', meaning });

const ANATOMICAL_STRUCTURE = snomed('91723000', 'Anatomical Structure');
const TISSUE = snomed('85756007', 'Tissue');
const RT_TARGET: Code = { value: '130041', scheme: 'DCM', meaning: 'RT Target' };

/** PS3.16 CID 9534. */
const TARGETS: Partial<Record<Roi['type'], Code>> = {
  GTV: snomed('228791009', 'GTV'),
  CTV: snomed('228792002', 'CTV'),
  PTV: snomed('228793007', 'PTV'),
  IRRAD_VOLUME: snomed('228790005', 'Irradiated Volume'),
  TREATED_VOLUME: { value: '130059', scheme: 'DCM', meaning: 'Treated Volume' },
};

/** TG-263 names (without what stands behind an underscore) and their SNOMED CT codes as PS3.16 has them. */
const ORGANS: Readonly<Record<string, Code>> = {
  body: snomed('38266002', 'Entire Body'),
  external: snomed('38266002', 'Entire Body'),
  skin: snomed('39937001', 'Skin'),
  brain: snomed('12738006', 'Brain'),
  eye: snomed('81745001', 'Eye'),
  lens: snomed('78076003', 'Lens of eye'),
  opticnrv: snomed('18234004', 'Optic nerve'),
  opticchiasm: snomed('244453006', 'Optic chiasm'),
  pituitary: snomed('56329008', 'Pituitary'),
  skull: snomed('89546000', 'Skull'),
  mandible: snomed('91609006', 'Mandible'),
  parotid: snomed('45289007', 'Parotid gland'),
  larynx: snomed('4596009', 'Larynx'),
  thyroid: snomed('69748006', 'Thyroid'),
  trachea: snomed('44567001', 'Trachea'),
  esophagus: snomed('32849002', 'Esophagus'),
  spinalcord: snomed('2748008', 'Spinal cord'),
  spinalcanal: snomed('61853006', 'Spinal canal'),
  lung: snomed('39607008', 'Lung'),
  lungs: snomed('39607008', 'Lung'),
  heart: snomed('80891009', 'Heart'),
  aorta: snomed('15825003', 'Aorta'),
  breast: snomed('76752008', 'Breast'),
  liver: snomed('10200004', 'Liver'),
  stomach: snomed('69695003', 'Stomach'),
  spleen: snomed('78961009', 'Spleen'),
  pancreas: snomed('15776009', 'Pancreas'),
  kidney: snomed('64033007', 'Kidney'),
  bladder: snomed('89837001', 'Bladder'),
  rectum: snomed('34402009', 'Rectum'),
  prostate: snomed('41216001', 'Prostate'),
  femur: snomed('71341001', 'Femur'),
  femurhead: snomed('2812003', 'Head of Femur'),
  bone: snomed('272673000', 'Bone'),
  bones: snomed('272673000', 'Bone'),
};

/** PS3.16 CID 7150: Anatomical Structure by both its codes of SNOMED CT, and the one of SNOMED RT. */
const ANATOMY: readonly string[] = ['91723000', '123037004', 'T-D000A'];
const WHOLE_BODY = ORGANS.body.value;

/** The RT ROI Interpreted Type that a segment's codes say: targets, the body's outline, organs; '' for what they leave open. */
export function typeOfCodes(category: Code | undefined, code: Code | undefined): Roi['type'] {
  const target = Object.entries(TARGETS).find(
    ([, known]) => known.value === code?.value && known.scheme === code.scheme,
  );
  if (target !== undefined) return target[0] as Roi['type'];
  if (code?.value === WHOLE_BODY) return 'EXTERNAL';
  return ANATOMY.includes(category?.value ?? '') ? 'ORGAN' : '';
}

const SIDES: Readonly<Record<string, Code>> = { l: snomed('7771000', 'Left'), r: snomed('24028007', 'Right') };

/** What a segment is, by codes of PS3.16. */
export interface SegmentCodes {
  readonly category: Code;
  readonly type: Code;
  readonly modifier?: Code;
}

/**
 * Category, type and side of an ROI: its own code where it has one, else what its type (targets) or its TG-263 name says; a tissue
 * that is not named any further where neither does.
 */
export function segmentCodes({ name, type, code }: Pick<Roi, 'name' | 'type' | 'code'>): SegmentCodes {
  const target = TARGETS[type];
  if (target !== undefined) return { category: RT_TARGET, type: code ?? target };
  const parts = name.toLowerCase().split('_');
  const side = SIDES[parts[parts.length - 1]];
  const organ = ORGANS[(side === undefined ? parts : parts.slice(0, -1)).join('')] ?? ORGANS[parts[0]];
  const what = code ?? organ;
  if (what === undefined) return { category: TISSUE, type: TISSUE };
  return { category: ANATOMICAL_STRUCTURE, type: what, ...(side === undefined ? {} : { modifier: side }) };
}
