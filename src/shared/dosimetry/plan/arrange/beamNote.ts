import type { SideMargins } from '../aperture/apertureMargin.ts';
import type { LeafEndRule } from '../aperture/apertureStrips.ts';
import type { Beam } from '../../../model/plan.ts';

/** How an aperture follows the target. */
export interface ApertureRules {
  /** mm around the target; the largest where `sides` differ. */
  readonly margin?: number;
  /** Margins of their own towards the sides of the collimator. */
  readonly sides?: SideMargins;
  /** `outside` if absent. */
  readonly leafEnd?: LeafEndRule;
  /** ROIs that are spared, with mm around them. */
  readonly avoid?: readonly { readonly roiNumber: number; readonly margin: number }[];
}

/** What the planner decided about a beam beyond its geometry; without `margin` the aperture was set by hand. */
export interface BeamNote extends ApertureRules {
  /** Share in the target's mean dose against the other beams. */
  readonly weight: number;
}

const N = String.raw`(-?\d+(?:\.\d+)?)`;
const PATTERN = new RegExp(
  String.raw`^Weight (\d+(?:\.\d+)?); aperture (?:set by hand|fitted to the target with ${N} mm` +
    String.raw`(?:, X1 ${N} X2 ${N} Y1 ${N} Y2 ${N} mm)?(?:, leaves (middle|inside))?(?:, sparing (.+))?)$`,
);
const SPARED = new RegExp(`^ROI (\\d+) by ${N} mm$`);

/**
 * The note of a beam, which travels in its Beam Description (300A,00C3) as a sentence people can read; beams from elsewhere weigh 1
 * and keep their aperture.
 */
export function beamNote({ description }: Beam): BeamNote {
  const match = PATTERN.exec(description ?? '');
  if (match === null) return { weight: 1 };
  const [, weight, margin, x1, x2, y1, y2, leafEnd, spared] = match as (string | undefined)[];
  if (margin === undefined) return { weight: Number(weight) };
  const avoid = (spared?.split(', ') ?? []).flatMap((words) => {
    const [, roi, around] = SPARED.exec(words) ?? [];
    return roi === undefined ? [] : [{ roiNumber: Number(roi), margin: Number(around) }];
  });
  return {
    weight: Number(weight),
    margin: Number(margin),
    ...(x1 === undefined ? {} : { sides: { x1: Number(x1), x2: Number(x2), y1: Number(y1), y2: Number(y2) } }),
    ...(leafEnd === 'middle' || leafEnd === 'inside' ? { leafEnd } : {}),
    ...(avoid.length === 0 ? {} : { avoid }),
  };
}

/** The beam with a note. */
export function withNote(beam: Beam, note: BeamNote): Beam {
  return { ...beam, description: `Weight ${note.weight}; aperture ${apertureWords(note)}` };
}

function apertureWords({ margin, sides, leafEnd, avoid = [] }: ApertureRules): string {
  if (margin === undefined) return 'set by hand';
  const parts = [`fitted to the target with ${margin} mm`];
  if (sides !== undefined) parts.push(`X1 ${sides.x1} X2 ${sides.x2} Y1 ${sides.y1} Y2 ${sides.y2} mm`);
  if (leafEnd !== undefined && leafEnd !== 'outside') parts.push(`leaves ${leafEnd}`);
  const spared = avoid.map(({ roiNumber, margin: around }) => `ROI ${roiNumber} by ${around} mm`);
  if (spared.length > 0) parts.push(`sparing ${spared.join(', ')}`);
  return parts.join(', ');
}
