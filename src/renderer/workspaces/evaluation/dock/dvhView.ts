import { create } from 'zustand';

export interface DvhAxes {
  readonly dose: 'gray' | 'percent';
  readonly volume: 'percent' | 'cm3';
  readonly kind: 'cumulative' | 'differential';
  /** Doses as they are, or in fractions of 2 Gy. */
  readonly quantity: 'physical' | 'eqd2';
}

/** How histograms are drawn; never undoable. */
interface DvhView {
  readonly axes: DvhAxes;
  /** Structures chosen or left out by hand; the others follow the planes. */
  readonly chosen: ReadonlyMap<number, boolean>;
  /** Plans left out, by index. */
  readonly plansOff: ReadonlySet<number>;
  readonly goalMarks: boolean;
}

export const useDvhView = create<DvhView>(() => ({
  axes: { dose: 'gray', volume: 'percent', kind: 'cumulative', quantity: 'physical' },
  chosen: new Map(),
  plansOff: new Set(),
  goalMarks: true,
}));

export const chooseInDvh = (roiNumber: number, shown: boolean): void =>
  useDvhView.setState(({ chosen }) => ({ chosen: new Map(chosen).set(roiNumber, shown) }));

export const showPlanInDvh = (index: number, shown: boolean): void =>
  useDvhView.setState(({ plansOff }) => {
    const next = new Set(plansOff);
    if (shown) next.delete(index);
    else next.add(index);
    return { plansOff: next };
  });

export const changeAxes = (change: Partial<DvhAxes>): void =>
  useDvhView.setState(({ axes }) => ({ axes: { ...axes, ...change } }));
