import { create } from 'zustand';
import type { FittedParameter } from '#shared/dosimetry/commissioning/fit.ts';
import type { MeasuredScan } from '#shared/dosimetry/commissioning/measured/scan.ts';
import type { ComparedScan } from '#shared/dosimetry/commissioning/summary.ts';
import type { Machine } from '#shared/dosimetry/machine/machine.ts';
import { DEFAULT_MACHINE, machineByName } from '#shared/dosimetry/machine/machines.ts';

/** A measured file as it was taken in: its scans, or why it was refused. */
export interface LoadedFile {
  readonly name: string;
  readonly scans: readonly MeasuredScan[];
  readonly leftOut: readonly string[];
  readonly error?: string;
}

/** A comparison, and after a fit what was found. Bound to the scans and the machine it was made for. */
export interface Comparison {
  readonly compared: readonly ComparedScan[];
  /** The scans as the machine before the fit gives them; the same where nothing was fitted. */
  readonly before: readonly ComparedScan[];
  readonly fitted?: { readonly machine: Machine; readonly parameters: readonly FittedParameter[] };
  readonly leftOut: readonly string[];
  readonly warnings: readonly string[];
}

interface CommissioningState {
  readonly files: readonly LoadedFile[];
  readonly machine: Machine;
  /** Dose grid, mm. */
  readonly spacing: number;
  /** Place in CRITERIA. */
  readonly criterion: number;
  readonly comparison: Comparison | null;
  readonly selected: number;
  readonly running: { readonly label: string; readonly fraction: number; readonly cancel: () => void } | null;
}

/** What the workspace shows; kept while other workspaces are open, lost with the page. */
export const useCommissioning = create<CommissioningState>(() => ({
  files: [],
  machine: machineByName(DEFAULT_MACHINE),
  spacing: 2.5,
  criterion: 0,
  comparison: null,
  selected: 0,
  running: null,
}));
