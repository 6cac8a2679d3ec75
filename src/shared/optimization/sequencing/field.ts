import { IsocenterError } from '../../contract/errors.ts';
import { roundedTip } from '../../dosimetry/beam/edge.ts';
import { leafRange } from '../../dosimetry/machine/deliveryLimits.ts';
import type { Machine } from '../../dosimetry/machine/machine.ts';
import { jawRanges } from '../../dosimetry/plan/beamLimits.ts';
import type { JawSetting } from '../aperture/extraFocal.ts';
import type { LeafProfiles } from './leafProfiles.ts';

type Mlc = NonNullable<Machine['mlc']>;

/** Between where the two leaves of a pair let radiation through, mm at the isocenter plane, by leaf pair of the field. */
export interface Openings {
  readonly low: Float64Array;
  readonly high: Float64Array;
}

/** What a machine and the place of a field in it ask of its apertures. */
export interface Field {
  readonly mlc: Mlc;
  readonly firstPair: number;
  readonly pairs: number;
  /** Where the wanted fluence begins and ends along the leaves, mm. */
  readonly start: number;
  readonly end: number;
  readonly jaws: { readonly along: readonly [number, number]; readonly across: readonly [number, number] };
  /** How far radiation passes a leaf's stated position: what its tip lets through and its offset, mm. */
  readonly tip: number;
  /** A pair opens at least so far, mm between where radiation passes: leaves that are shut keep the machine's gap. */
  readonly gap: number;
  /** Whether a leaf may pass the end of an opposite leaf's neighbour. */
  readonly interdigitation: boolean;
  /** Where shut pairs stand out of the field, behind a jaw; undefined where the machine's leaves cannot. */
  readonly parked: readonly [low: number, high: number] | undefined;
}

/** Shut leaves meet this far behind a jaw, mm. */
const BEHIND_JAW = 5;

/** How far radiation passes a leaf's stated position on the average over its tip, mm at the isocenter plane. */
export function tipOf({ mlc, sourceAxisDistance }: Machine): number {
  if (mlc === undefined) return 0;
  const parts = roundedTip(mlc.leafEnd, mlc.transmission, sourceAxisDistance / mlc.sourceDistance);
  return mlc.leafEnd.offset + parts.reduce((sum, { depth, weight }) => sum + depth * weight, 0);
}

/** The widest fluence (mm along the leaves) that leaves on one carriage deliver with shut ones behind a jaw. */
export function widestField(machine: Machine): number {
  const { maximumSpan = Infinity, minimumGap } = machine.mlc!;
  return maximumSpan - BEHIND_JAW - minimumGap - 2 * tipOf(machine);
}

/**
 * A field round the fluence that its leaf pairs are to deliver: its jaws stand at the outer edges, as far in as they go.
 * @throws IsocenterError MACHINE where the jaws do not open so far.
 */
export function fieldOf(profiles: LeafProfiles, machine: Machine, object: string): Field {
  const mlc = machine.mlc!;
  const { firstPair, pairs, start, width, columns } = profiles;
  const end = start + width * columns;
  const ranges = jawRanges(machine);
  const [alongRanges, acrossRanges] =
    mlc.type === 'MLCX' ? [ranges.slice(0, 2), ranges.slice(2)] : [ranges.slice(2), ranges.slice(0, 2)];
  const jaw = (
    low: number,
    high: number,
    [first, second]: readonly (readonly [number, number])[],
  ): readonly [number, number] => {
    if (low < first[0] - 1e-6 || high > second[1] + 1e-6)
      throw new IsocenterError(
        'MACHINE',
        `its fluence reaches from ${low} to ${high} mm, the jaws of ${machine.name} from ${first[0]} to ${second[1]} mm`,
        { object, attribute: 'LeafJawPositions' },
      );
    return [Math.min(low, first[1]), Math.max(high, second[0])];
  };
  const along = jaw(start, end, alongRanges);
  const across = jaw(mlc.leafBoundaries[firstPair], mlc.leafBoundaries[firstPair + pairs], acrossRanges);
  const tip = tipOf(machine);
  const gap = mlc.minimumGap + 2 * tip;
  const span = mlc.maximumSpan ?? Infinity;
  const places: readonly (readonly [number, number])[] = [
    [along[1] + BEHIND_JAW, along[1] + BEHIND_JAW + gap],
    [along[0] - BEHIND_JAW - gap, along[0] - BEHIND_JAW],
  ];
  const [negative, positive] = [leafRange(mlc, 0), leafRange(mlc, 1)];
  const reached = ([low, high]: readonly [number, number]): boolean =>
    low + tip >= negative[0] && low + tip <= negative[1] && high - tip >= positive[0] && high - tip <= positive[1] &&
    Math.max(high - start, end - low) - 2 * tip <= span; // biome-ignore format: four ends
  const interdigitation = mlc.interdigitation !== false;
  return {
    mlc, firstPair, pairs, start, end, tip, gap, interdigitation,
    jaws: { along, across },
    parked: interdigitation ? places.find(reached) : undefined,
  }; // biome-ignore format: a list
}

/**
 * Stated positions of all leaves (DICOM's order) for openings of a field's pairs: the other pairs shut behind the jaws, where leaves may not
 * pass each other beside the outermost pair of the field.
 */
export function leavesOf({ low, high }: Openings, field: Field): Float64Array {
  const { mlc, firstPair, pairs, tip, gap, jaws } = field;
  const count = mlc.leafBoundaries.length - 1;
  const middle = (jaws.along[0] + jaws.along[1]) / 2;
  const leaves = new Float64Array(2 * count);
  for (let pair = 0; pair < count; pair++) {
    const row = Math.min(Math.max(pair - firstPair, 0), pairs - 1);
    // A jaw that does not come in so far shows pairs that are not of the field.
    const seen = mlc.leafBoundaries[pair] < jaws.across[1] && mlc.leafBoundaries[pair + 1] > jaws.across[0];
    const at = field.interdigitation ? middle : (low[row] + high[row]) / 2;
    const shut = seen && field.parked !== undefined ? field.parked : [at - gap / 2, at + gap / 2];
    const [from, to] = row === pair - firstPair ? [low[row], high[row]] : shut;
    [leaves[pair], leaves[count + pair]] = stated(from, to, mlc, tip);
  }
  return leaves;
}

/** Where a field's jaws stand. */
export function jawsOf({ mlc, jaws }: Field): JawSetting {
  return mlc.type === 'MLCX' ? { x: jaws.along, y: jaws.across } : { x: jaws.across, y: jaws.along };
}

/** Stated positions of a pair within the leaves' reach, to a hundredth of a millimetre; a gap is not rounded away. */
function stated(from: number, to: number, mlc: Mlc, tip: number): [number, number] {
  const [negative, positive] = [leafRange(mlc, 0), leafRange(mlc, 1)];
  const within = (at: number, [low, high]: readonly [number, number]): number => Math.min(Math.max(at, low), high);
  const first = within(rounded(from + tip), [negative[0], Math.min(negative[1], positive[1] - mlc.minimumGap)]);
  const last = within(Math.max(rounded(to - tip), first + mlc.minimumGap), positive);
  return [Math.min(first, last - mlc.minimumGap), last];
}

const rounded = (mm: number): number => Math.round(mm * 100) / 100 + 0;
