import { create } from 'zustand';
import type { DoseVolume } from '#shared/model/dose.ts';
import type { Rgb } from '#shared/model/structures.ts';
import type { ClinicalDocument } from '#renderer/document/records.ts';

export interface IsodoseLevel {
  /** Per cent of the reference dose, or Gy, as the view's unit says. */
  readonly value: number;
  readonly color: Rgb;
  readonly visible: boolean;
}

export interface IsodoseView {
  readonly unit: 'percent' | 'gray';
  readonly levels: readonly IsodoseLevel[];
  readonly linesVisible: boolean;
  /** CSS pixels. */
  readonly lineWidth: number;
  readonly washVisible: boolean;
  /** The wash has the colour of the level below instead of a rainbow. */
  readonly bands: boolean;
  /** 0..1. */
  readonly washOpacity: number;
}

/** Levels that reports commonly show (per cent of the prescribed dose), hot to cold. */
export const DEFAULT_LEVELS: readonly IsodoseLevel[] = (
  [
    [107, [255, 0, 255]],
    [105, [255, 64, 64]],
    [100, [255, 140, 0]],
    [95, [255, 230, 0]],
    [90, [140, 255, 0]],
    [80, [0, 220, 120]],
    [70, [0, 220, 255]],
    [50, [60, 130, 255]],
    [30, [150, 110, 255]],
  ] as const
).map(([value, color]) => ({ value, color, visible: true }));

/** How dose is drawn on the planes; never undoable. */
export const useIsodoseView = create<IsodoseView>(() => ({
  unit: 'percent',
  levels: DEFAULT_LEVELS,
  linesVisible: true,
  lineWidth: 1.25,
  washVisible: false,
  bands: false,
  washOpacity: 0.35,
}));

export interface ReferenceDose {
  /** Gy that 100 % stands for. */
  readonly dose: number;
  readonly of: 'prescription' | 'maximum';
}

const maxima = new WeakMap<DoseVolume, number>();

/** Largest value of a dose grid, Gy; found once per grid. */
export function maximumDose(dose: DoseVolume): number {
  let maximum = maxima.get(dose);
  if (maximum === undefined) {
    maximum = dose.data.reduce((highest, value) => (value > highest ? value : highest), 0);
    maxima.set(dose, maximum);
  }
  return maximum;
}

/** What per cent means for the dose on screen: the prescribed dose, or without a prescription the dose maximum. */
export function referenceDose({ plan, dose }: Pick<ClinicalDocument, 'plan' | 'dose'>): ReferenceDose | undefined {
  const prescribed = plan?.prescription?.dose;
  if (prescribed !== undefined && prescribed > 0) return { dose: prescribed, of: 'prescription' };
  return dose === undefined ? undefined : { dose: maximumDose(dose), of: 'maximum' };
}

/** A level in Gy. */
export const levelInGray = (level: IsodoseLevel, unit: IsodoseView['unit'], reference: number): number =>
  unit === 'gray' ? level.value : (level.value / 100) * reference;
