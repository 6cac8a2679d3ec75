/** What planning a case by one technique came to; plain JSON, between processes. */
export interface Outcome {
  readonly name: string;
  readonly technique: Technique;
  readonly goals: readonly {
    readonly structure: string;
    readonly text: string;
    readonly status: 'met' | 'acceptable' | 'missed';
    /** With its unit. */
    readonly reached: string;
  }[];
  readonly objective: number;
  /** Of what can be delivered; a fluence cannot. */
  readonly delivery?: {
    /** Segments of static fields or intervals of arcs that have radiation, of all beams. */
    readonly shapes: number;
    readonly mu: number;
    readonly violations: readonly string[];
    /** Final against the optimiser's dose, 3 % of the prescription and 2 mm, where that is above 10 %: percent that pass. */
    readonly gamma: number;
    /** The same of its model alone, without the corrections that it was given. */
    readonly modelGamma: number;
  };
  /** Seconds from phantom to judged dose, on the clock and of the processor over all threads. */
  readonly seconds: number;
  readonly cpu: number;
  readonly peakMB: number;
}

export const TECHNIQUES = ['fluence', 'imrt', 'vmat'] as const;
export type Technique = (typeof TECHNIQUES)[number];
