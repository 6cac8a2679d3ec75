import { create } from 'zustand';
import type { Vec3 } from '#shared/geometry/vec.ts';

interface ProfileView {
  /** The ends of the line, LPS mm of that patient; null while none is drawn. */
  readonly line: { readonly patientKey: string; readonly from: Vec3; readonly to: Vec3 } | null;
  /** Where on it the chart is read, 0..1. */
  readonly at: number | null;
}

/** The line that doses are read along; view state, never undoable. */
export const useProfile = create<ProfileView>(() => ({ line: null, at: null }));

/** The line in the patient that is open. */
export const lineOf = ({ line }: ProfileView, document: { readonly patientKey: string } | null): ProfileView['line'] =>
  line !== null && line.patientKey === document?.patientKey ? line : null;
