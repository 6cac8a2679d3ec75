import { create } from 'zustand';
import type { DoseDifference } from '#shared/evaluation/doses/subtractDoses.ts';
import type { DoseVolume } from '#shared/model/dose.ts';
import { type DoseFields, doseOfKey, type ShownDose, shownDoses } from '#renderer/document/shownDoses.ts';
import { maximumDose, type ReferenceDose } from './isodoseView.ts';

/** How a second dose is held against the first: lines over lines, in planes beside, or first minus second in colours. */
export type DoseComparison = 'lines' | 'side' | 'difference';

interface ComparedDoses {
  /** Only the evaluation compares: elsewhere the active plan's dose is shown, whatever is chosen here. */
  readonly on: boolean;
  /** Keys of `shownDoses`; null for the active plan's dose, and for none. */
  readonly first: string | null;
  readonly second: string | null;
  readonly mode: DoseComparison;
  /** Full colour of the difference, per cent of the reference dose. */
  readonly span: number;
  readonly difference: (DoseDifference & { readonly of: readonly [DoseVolume, DoseVolume] }) | null;
}

/** Which doses are on the planes; view state, never undoable. */
export const useComparedDoses = create<ComparedDoses>(() => ({
  on: false,
  first: null,
  second: null,
  mode: 'lines',
  span: 10,
  difference: null,
}));

/** The dose looked at: the one chosen, else the active plan's. */
export function firstDose(document: DoseFields): ShownDose | undefined {
  const { on, first } = useComparedDoses.getState();
  const chosen = on && first !== null ? doseOfKey(document, first) : undefined;
  return chosen ?? shownDoses(document).find(({ kind, plan }) => kind === 'plan' && plan === document.planIndex);
}

/** The dose it is compared with, if any and another one. */
export function secondDose(document: DoseFields): ShownDose | undefined {
  const { on, second } = useComparedDoses.getState();
  const chosen = on && second !== null ? doseOfKey(document, second) : undefined;
  return chosen?.key === firstDose(document)?.key ? undefined : chosen;
}

/** The second dose where its lines belong over the first one's. */
export const linesOfSecond = (document: DoseFields): ShownDose | undefined =>
  useComparedDoses.getState().mode === 'lines' ? secondDose(document) : undefined;

/** What per cent means for a dose: what is prescribed, or without a prescription its maximum. */
export function referenceOf({ dose, prescribed }: ShownDose): ReferenceDose {
  if (prescribed !== undefined && prescribed > 0) return { dose: prescribed, of: 'prescription' };
  return { dose: maximumDose(dose), of: 'maximum' };
}

/** What 100 % is on the planes: of the first dose, for the second too. */
export function referenceOfFirst(document: DoseFields): ReferenceDose | undefined {
  const first = firstDose(document);
  return first === undefined ? undefined : referenceOf(first);
}
