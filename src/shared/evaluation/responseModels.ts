/** Parameters of Lyman's model with the dose–volume reduction of Kutcher and Burman, for fractions of about 2 Gy. */
export interface LymanModel {
  /** TG-263 name of the organ, without side. */
  readonly organ: string;
  readonly endpoint: string;
  /** Gy */
  readonly td50: number;
  readonly m: number;
  readonly n: number;
  readonly source: string;
}

const BURMAN = 'Burman et al., IJROBP 21 (1991) 123, fits to the tolerances of Emami et al.';

const burman = (organ: string, endpoint: string, n: number, m: number, td50: number): LymanModel => ({
  organ,
  endpoint,
  n,
  m,
  td50,
  source: BURMAN,
});

/** Published parameter sets; of an organ with several the first is the newest. */
export const LYMAN_MODELS: readonly LymanModel[] = [
  {
    organ: 'Lungs',
    endpoint: 'pneumonitis',
    n: 0.99,
    m: 0.37,
    td50: 30.8,
    source: 'Seppenwoolde et al., IJROBP 55 (2003) 724',
  },
  {
    organ: 'Parotid',
    endpoint: 'flow below 25 % after a year',
    n: 1,
    m: 0.4,
    td50: 39.9,
    source: 'Dijkema et al., IJROBP 78 (2010) 449',
  },
  {
    organ: 'Rectum',
    endpoint: 'late toxicity of grade 2 or more, or bleeding',
    n: 0.09,
    m: 0.13,
    td50: 76.9,
    source: 'QUANTEC: Michalski et al., IJROBP 76 suppl. (2010) S123',
  },
  burman('Bladder', 'contracture, volume loss', 0.5, 0.11, 80),
  burman('BrachialPlex', 'nerve damage', 0.03, 0.12, 75),
  burman('Brain', 'necrosis, infarction', 0.25, 0.15, 60),
  burman('Brainstem', 'necrosis, infarction', 0.16, 0.14, 65),
  burman('Esophagus', 'stricture, perforation', 0.06, 0.11, 68),
  burman('Femur_Head', 'necrosis', 0.25, 0.12, 65),
  burman('Heart', 'pericarditis', 0.35, 0.1, 48),
  burman('Kidney', 'nephritis', 0.7, 0.1, 28),
  burman('Lens', 'cataract', 0.3, 0.27, 18),
  burman('Liver', 'liver failure', 0.32, 0.15, 40),
  burman('Lung', 'pneumonitis', 0.87, 0.18, 24.5),
  burman('OpticChiasm', 'blindness', 0.25, 0.14, 65),
  burman('OpticNrv', 'blindness', 0.25, 0.14, 65),
  burman('Parotid', 'xerostomia', 0.7, 0.18, 46),
  burman('Rectum', 'proctitis, necrosis, stenosis, fistula', 0.12, 0.15, 80),
  burman('Bowel_Small', 'obstruction, perforation', 0.15, 0.16, 55),
  burman('SpinalCord', 'myelitis, necrosis', 0.05, 0.175, 66.5),
  burman('Stomach', 'ulceration, perforation', 0.15, 0.14, 65),
];

/** A published dose–response curve of tumour control, logistic in gEUD (Niemierko). */
export interface ControlModel {
  readonly name: string;
  /** Gy in fractions of 2 Gy */
  readonly d50: number;
  readonly gamma50: number;
  readonly source: string;
}

export const CONTROL_MODELS: readonly ControlModel[] = [
  {
    name: 'lung cancer, free of local progression at 30 months',
    d50: 84.5,
    gamma50: 1.5,
    source: 'Martel et al., Lung Cancer 24 (1999) 31',
  },
];

/** The parameter sets for a structure called by its TG-263 name, with or without side. */
export const lymanModelsOf = (name: string): readonly LymanModel[] =>
  LYMAN_MODELS.filter(({ organ }) => organ === name || organ === name.replace(/_[LR]$/, ''));
