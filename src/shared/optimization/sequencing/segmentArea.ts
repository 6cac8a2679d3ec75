import { SPARE } from '../aperture/leafRules.ts';
import { type AreaRule, openArea } from '../aperture/openArea.ts';
import type { Field } from './field.ts';
import type { SequencedField, SequencingMethod } from './sequenceField.ts';

/** The least area of a segment by method, mm²; none where leaves move. */
export const leastSegmentArea = (method: SequencingMethod): number =>
  method.method === 'step-and-shoot' ? 100 * method.minimumArea : 0;

/** mm² of a segment that are open, from where its field's fluence begins to where it ends, as aperture/openArea.ts counts them. */
export const segmentArea = (shape: Float64Array, field: Field): number => openArea(shape, within(field));

/**
 * What a standing segment keeps: the least area (mm²), with room for rounding. In a field that has no room for that it keeps what it has.
 * Undefined where there is nothing to keep.
 */
export function areaRule(
  shape: Float64Array,
  { field, moving }: SequencedField,
  minimumArea: number,
): AreaRule | undefined {
  if (moving || minimumArea === 0) return undefined;
  const own = within(field);
  const across = own.widths.reduce((sum, width) => sum + width, 0);
  const wanted = minimumArea + SPARE * across;
  const room = across * (field.end - field.start - own.gap);
  return { ...own, least: wanted <= room ? wanted : openArea(shape, own) };
}

/** Fields with a segment of less than the method's least area, and the smallest area of each, mm². */
export function smallFields<Some extends SequencedField>(
  fields: readonly Some[],
  method: SequencingMethod,
): { readonly field: Some; readonly area: number }[] {
  const least = leastSegmentArea(method);
  return fields.flatMap((field) => {
    const area = field.shapes.reduce((so, shape) => Math.min(so, segmentArea(shape, field.field)), Infinity);
    return area < least ? [{ field, area }] : [];
  });
}

function within({ mlc, firstPair, pairs, start, end }: Field): Omit<AreaRule, 'least'> {
  const widths = Float64Array.from({ length: mlc.leafBoundaries.length - 1 }, (_, pair) =>
    pair < firstPair || pair >= firstPair + pairs ? 0 : mlc.leafBoundaries[pair + 1] - mlc.leafBoundaries[pair],
  );
  return { along: [start, end], widths, gap: mlc.minimumGap };
}
