import { IsocenterError } from '../../contract/errors.ts';
import type {
  Applicator,
  BeamAccessories,
  Block,
  Bolus,
  GeneralAccessory,
  Wedge,
  WedgePositions,
} from '../../model/accessories.ts';
import type { DataSet } from '../codec/dataset.ts';
import { readCompensator } from './planCompensators.ts';
import { stated, TrackedItem } from '../codec/trackedItem.ts';

type Omit = (message: string) => void;

/**
 * Wedges, compensators, boli, blocks, applicators and general accessories of one item of Beam Sequence (PS3.3 C.8.8.14). What
 * cannot be read, or is announced and not described, or has attributes that the records do not hold, is told to `omit`.
 */
export function readAccessories(beam: DataSet, omit: Omit): BeamAccessories {
  const all = <T>(sequence: string, what: string, read: (item: TrackedItem) => T, count?: string): T[] | undefined => {
    const items = beam.sequence(sequence);
    const announced = count === undefined ? undefined : beam.number(count);
    if (announced !== undefined && announced !== items.length)
      omit(`${announced} × ${what} announced, ${items.length} described`);
    const records = items.flatMap((item, index) => readOne(item, `${what} ${index + 1}`, read, omit));
    return records.length === 0 ? undefined : records;
  };
  const wedges = all('WedgeSequence', 'wedge', readWedge, 'NumberOfWedges');
  if (wedges !== undefined && new Set(wedges.map(({ number }) => number)).size < wedges.length)
    omit('two wedges have the same number');
  return stated({
    wedges,
    compensators: all('CompensatorSequence', 'compensator', readCompensator, 'NumberOfCompensators'),
    totalCompensatorTrayFactor: factor(beam, 'TotalCompensatorTrayFactor', omit),
    boluses: all('ReferencedBolusSequence', 'bolus', readBolus, 'NumberOfBoli'),
    blocks: all('BlockSequence', 'block', readBlock, 'NumberOfBlocks'),
    totalBlockTrayFactor: factor(beam, 'TotalBlockTrayFactor', omit),
    applicators: all('ApplicatorSequence', 'applicator', readApplicator),
    generalAccessories: all('GeneralAccessorySequence', 'accessory', readGeneralAccessory),
  });
}

function readOne<T>(item: DataSet, what: string, read: (item: TrackedItem) => T, omit: Omit): T[] {
  const tracked = new TrackedItem(item);
  try {
    const record = read(tracked);
    const unread = tracked.unread();
    if (unread.length > 0) omit(`${unread.join(', ')} of ${what}`);
    return [record];
  } catch (error) {
    if (!(error instanceof IsocenterError)) throw error;
    omit(`${what}: ${error.message}${error.attribute === undefined ? '' : ` (${error.attribute})`}`);
    return [];
  }
}

/** A tray factor, which no beam can do without once it is stated. */
function factor(beam: DataSet, attribute: string, omit: Omit): number | undefined {
  const value = beam.number(attribute);
  if (value === undefined || (value >= 0 && value <= 1)) return value;
  omit(`${attribute} ${value} is no share between 0 and 1`);
  return undefined;
}

const readWedge = (item: TrackedItem): Wedge =>
  stated({
    number: item.needNumber('WedgeNumber'),
    type: item.text('WedgeType') ?? '',
    id: item.text('WedgeID'),
    accessoryCode: item.text('AccessoryCode'),
    angle: item.number('WedgeAngle'),
    effectiveAngle: item.number('EffectiveWedgeAngle'),
    factor: item.number('WedgeFactor'),
    orientation: item.number('WedgeOrientation'),
    sourceToWedgeTray: item.number('SourceToWedgeTrayDistance'),
  });

const readBolus = (item: TrackedItem): Bolus =>
  stated({
    roiNumber: item.needNumber('ReferencedROINumber'),
    id: item.text('BolusID'),
    description: item.text('BolusDescription'),
    accessoryCode: item.text('AccessoryCode'),
  });

function readBlock(item: TrackedItem): Block {
  const type = item.choice('BlockType', ['SHIELDING', 'APERTURE']);
  if (type === undefined) throw item.item.missing('BlockType');
  const outline = item.numbers('BlockData') ?? [];
  const points = item.number('BlockNumberOfPoints') ?? outline.length / 2;
  if (outline.length !== 2 * points)
    throw item.item.invalid('BlockData', `${outline.length} coordinates for ${points} points`);
  return stated({
    number: item.needNumber('BlockNumber'),
    name: item.text('BlockName'),
    type,
    divergence: item.choice('BlockDivergence', ['PRESENT', 'ABSENT']) ?? ('' as const),
    materialId: item.text('MaterialID') ?? '',
    transmission: item.share('BlockTransmission'),
    thickness: item.number('BlockThickness'),
    sourceToTray: item.number('SourceToBlockTrayDistance'),
    mountingPosition: item.choice('BlockMountingPosition', ['PATIENT_SIDE', 'SOURCE_SIDE']),
    trayId: item.text('BlockTrayID'),
    trayAccessoryCode: item.text('TrayAccessoryCode'),
    accessoryCode: item.text('AccessoryCode'),
    outline,
  });
}

function readApplicator(item: TrackedItem): Applicator {
  const geometry = item.items('ApplicatorGeometrySequence');
  return stated({
    id: item.needText('ApplicatorID'),
    type: item.needText('ApplicatorType'),
    description: item.text('ApplicatorDescription'),
    accessoryCode: item.text('AccessoryCode'),
    sourceToMounting: item.number('SourceToApplicatorMountingPositionDistance'),
    geometry: geometry.length === 0 ? undefined : readOpening(new TrackedItem(geometry[0])),
  });
}

const readOpening = (item: TrackedItem): NonNullable<Applicator['geometry']> =>
  stated({
    shape: item.needText('ApplicatorApertureShape'),
    opening: item.number('ApplicatorOpening'),
    openingX: item.number('ApplicatorOpeningX'),
    openingY: item.number('ApplicatorOpeningY'),
  });

const readGeneralAccessory = (item: TrackedItem): GeneralAccessory =>
  stated({
    number: item.needNumber('GeneralAccessoryNumber'),
    id: item.needText('GeneralAccessoryID'),
    type: item.text('GeneralAccessoryType'),
    description: item.text('GeneralAccessoryDescription'),
    accessoryCode: item.text('AccessoryCode'),
    sourceDistance: item.number('SourceToGeneralAccessoryDistance'),
  });

/** Wedge positions of a control point: what it says, and for the rest what the one before said. */
export function readWedgePositions(
  point: DataSet,
  before: WedgePositions | undefined,
  omit: Omit,
): WedgePositions | undefined {
  const positions: Record<number, 'IN' | 'OUT'> = { ...before };
  for (const item of point.sequence('WedgePositionSequence')) {
    const [number, position] = [item.needNumber('ReferencedWedgeNumber'), item.string('WedgePosition')];
    if (position === 'IN' || position === 'OUT') positions[number] = position;
    else omit(`position "${position}" of wedge ${number}`);
  }
  return Object.keys(positions).length === 0 ? undefined : positions;
}

/** Every wedge must be placed from the first control point on, and none that the beam does not have. */
export function checkWedgePositions(
  wedges: readonly Wedge[],
  points: readonly { readonly wedgePositions?: WedgePositions }[],
  omit: Omit,
): void {
  const placed = (point: { readonly wedgePositions?: WedgePositions }): number[] =>
    Object.keys(point.wedgePositions ?? {}).map(Number);
  const first = placed(points[0]);
  for (const { number } of wedges)
    if (!first.includes(number)) omit(`the position of wedge ${number} is not stated at the first control point`);
  const strangers = new Set(points.flatMap(placed));
  for (const { number } of wedges) strangers.delete(number);
  if (strangers.size > 0) omit(`positions of wedges that are not described: ${[...strangers].join(', ')}`);
}
