import type { Beam } from '#shared/model/plan.ts';

/** What the planner decided about a beam beyond its geometry. */
export interface BeamNote {
  /** Share in the target's mean dose against the other beams. */
  readonly weight: number;
  /** The aperture follows the target with this margin in mm; undefined when it was set by hand. */
  readonly margin?: number;
}

const PATTERN = /^Weight (\d+(?:\.\d+)?); aperture (?:set by hand|fitted to the target with (-?\d+(?:\.\d+)?) mm)$/;

/**
 * The note of a beam, which travels in its Beam Description (300A,00C3) as a sentence people can read; beams from elsewhere weigh 1
 * and keep their aperture.
 */
export function beamNote({ description }: Beam): BeamNote {
  const match = PATTERN.exec(description ?? '');
  if (match === null) return { weight: 1 };
  return { weight: Number(match[1]), ...(match[2] === undefined ? {} : { margin: Number(match[2]) }) };
}

/** The beam with a note. */
export function withNote(beam: Beam, { weight, margin }: BeamNote): Beam {
  const aperture = margin === undefined ? 'set by hand' : `fitted to the target with ${margin} mm`;
  return { ...beam, description: `Weight ${weight}; aperture ${aperture}` };
}
