import { create } from 'zustand';

/** What the planning workspace's centre shows: the planes, what the beam sees, or the room around the patient. */
export type PlanningCentre = 'planes' | 'beamsEye' | 'room';

/** View state of the planning workspace; never undoable. */
export const usePlanningView = create<{
  readonly centre: PlanningCentre;
  /** Planes stand beside the beam's-eye view, so that the dose is seen while a leaf is moved. */
  readonly planesBeside: boolean;
}>(() => ({ centre: 'planes', planesBeside: true }));

export const showCentre = (centre: PlanningCentre): void => usePlanningView.setState({ centre });
