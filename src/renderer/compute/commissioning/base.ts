import type { MachineFit } from '#shared/dosimetry/commissioning/fit.ts';
import type { MeasuredScan } from '#shared/dosimetry/commissioning/measured/scan.ts';
import type { Machine } from '#shared/dosimetry/machine/machine.ts';

export interface CommissioningRequest {
  readonly machine: Machine;
  readonly scans: readonly MeasuredScan[];
  /** Dose grid, mm. */
  readonly spacing: number;
  /** Computed profiles are averaged over the detector. */
  readonly detectorAverage: boolean;
  /** Nothing is fitted. */
  readonly compareOnly: boolean;
  readonly workers: number;
}

export interface CommissioningJobs {
  commission: { input: CommissioningRequest; output: MachineFit };
}
