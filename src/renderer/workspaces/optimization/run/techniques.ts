import type { OptimizationSettings } from '#renderer/compute/optimization/base.ts';

/** The techniques of the settings in one list, as planners name them. */
export type Technique = 'fluence' | 'step-and-shoot' | 'sliding-window' | 'vmat';

export const TECHNIQUES: readonly { readonly value: Technique; readonly label: string; readonly hint: string }[] = [
  { value: 'step-and-shoot', label: 'IMRT, step & shoot', hint: 'Segments at the plan’s beam directions' },
  { value: 'sliding-window', label: 'IMRT, sliding window', hint: 'Leaves sweep while the plan’s beams irradiate' },
  { value: 'vmat', label: 'VMAT', hint: 'Arcs round the isocenter take the place of the plan’s beams' },
  { value: 'fluence', label: 'Fluence map only', hint: 'Quick, to see which goals can be met: no beams come of it' },
];

export const techniqueOf = ({ technique, sequencing }: OptimizationSettings): Technique =>
  technique === 'imrt' ? sequencing : technique;

export const settingsOf = (chosen: Technique): Partial<OptimizationSettings> =>
  chosen === 'fluence' || chosen === 'vmat' ? { technique: chosen } : { technique: 'imrt', sequencing: chosen };
