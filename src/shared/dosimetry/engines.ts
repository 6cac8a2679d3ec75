import { collapsedCone } from './collapsedCone.ts';
import type { DoseEngine } from './engine.ts';

/** The engines by the names that the command line and the messages to workers use. */
export const ENGINES = { ccc: collapsedCone } as const satisfies Readonly<Record<string, DoseEngine>>;

export type EngineName = keyof typeof ENGINES;
