import { collapsedCone } from './collapsedCone/collapsedCone.ts';
import type { DoseEngine } from './engine.ts';
import { pencilBeam } from './pencilBeam/pencilBeam.ts';

/** The engines by the names that the command line and the messages to workers use. */
export const ENGINES = { ccc: collapsedCone, pb: pencilBeam } as const satisfies Readonly<Record<string, DoseEngine>>;

export type EngineName = keyof typeof ENGINES;
