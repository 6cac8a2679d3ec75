import type { SweepProblem } from '#shared/dosimetry/collapsedCone/kernels/contract.ts';
import type { Vec3 } from '#shared/geometry/vec.ts';

/** A problem whose arrays are text, so that it crosses into a page. */
export type PlainProblem = Omit<SweepProblem, 'density' | 'terma' | 'hardening'> & {
  readonly density: string;
  readonly terma: string;
  readonly hardening: string;
};

/** What the page offers: a kernel's runs and tables by number. */
export interface KernelInPage {
  readonly name: string;
  begin(id: number, problem: PlainProblem): void;
  table(id: number, coefficients: string): void;
  sweep(id: number, direction: Vec3, table: number): Promise<void>;
  finish(id: number): Promise<string>;
  end(id: number): void;
  /** Whether the kernel opens where no software adapter is allowed. */
  opensByItself(): Promise<boolean>;
  /** What a run says whose device is destroyed between two cones: the error's name and message. */
  lossUnderWay(): Promise<string>;
  /** Optimiser's operators there (influenceInPage.ts). */
  influence(): Promise<InfluenceReport>;
  /** Milliseconds a cone, the dose read back once. */
  time(id: number, direction: Vec3, table: number, times: number): Promise<number>;
}

/** What the optimiser's operator on the page's adapter gives beside that in WebAssembly. */
export interface InfluenceReport {
  readonly implementation: string;
  readonly warnings: readonly string[];
  /** Largest differences, of the largest number; `alone` of products of one direction. */
  readonly deviations: { readonly doses: number; readonly gradient: number; readonly alone: number };
  /** |yᵀ(D x) − (Dᵀy)ᵀ x| / |D x| |y|. */
  readonly adjointness: number;
  /** Whether the same product came a second time. */
  readonly sameBits: boolean;
  /** Objectives that a search ends with. */
  readonly values: { readonly cpu: number; readonly gpu: number };
  readonly afterLoss: {
    readonly sameAsCpu: boolean;
    readonly implementation: string;
    readonly warnings: readonly string[];
  };
}

/** Base64, little-endian float32. */
export function textOf(values: Float32Array): string {
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  let text = '';
  for (let at = 0; at < bytes.length; at += 0x8000) text += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  return btoa(text);
}

export function floatsOf(text: string): Float32Array {
  return new Float32Array(Uint8Array.from(atob(text), (character) => character.charCodeAt(0)).buffer);
}
