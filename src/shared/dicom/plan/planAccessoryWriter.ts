import { IsocenterError } from '../../contract/errors.ts';
import type { Applicator, Block, Bolus, GeneralAccessory, Wedge, WedgePositions } from '../../model/accessories.ts';
import type { Beam } from '../../model/plan.ts';
import type { DataSetInput } from '../codec/encode.ts';
import { compensatorItem } from './planCompensators.ts';

/** The accessories' attributes of one item of Beam Sequence (PS3.3 C.8.8.14), counts included. Throws what checkAccessories throws. */
export function accessoryAttributes(beam: Beam): DataSetInput {
  checkAccessories(beam);
  return {
    NumberOfWedges: beam.wedges?.length ?? 0,
    WedgeSequence: beam.wedges?.map(wedgeItem),
    NumberOfCompensators: beam.compensators?.length ?? 0,
    TotalCompensatorTrayFactor: beam.totalCompensatorTrayFactor,
    CompensatorSequence: beam.compensators?.map(compensatorItem),
    NumberOfBoli: beam.boluses?.length ?? 0,
    ReferencedBolusSequence: beam.boluses?.map(bolusItem),
    NumberOfBlocks: beam.blocks?.length ?? 0,
    TotalBlockTrayFactor: beam.totalBlockTrayFactor,
    BlockSequence: beam.blocks?.map(blockItem),
    ApplicatorSequence: beam.applicators?.map(applicatorItem),
    GeneralAccessorySequence: beam.generalAccessories?.map(generalAccessoryItem),
  };
}

/** All wedges of a control point; undefined where the beam has none. */
export const wedgePositionItems = (positions: WedgePositions | undefined): DataSetInput[] | undefined =>
  positions === undefined
    ? undefined
    : Object.entries(positions).map(([number, position]) => ({
        ReferencedWedgeNumber: Number(number),
        WedgePosition: position,
      }));

/** Throws INVALID_ATTRIBUTE for wedges that control points do not place, or place without having them, and for odd outlines. */
function checkAccessories(beam: Beam): void {
  const refuse = (message: string, attribute: string): IsocenterError =>
    new IsocenterError('INVALID_ATTRIBUTE', message, { object: `beam ${beam.number} (${beam.name})`, attribute });
  const numbers = (beam.wedges ?? []).map(({ number }) => number).toSorted((a, b) => a - b);
  if (new Set(numbers).size < numbers.length) throw refuse('two wedges have the same number', 'WedgeNumber');
  beam.controlPoints.forEach((point, index) => {
    const placed = Object.keys(point.wedgePositions ?? {}).map(Number);
    if (placed.toSorted((a, b) => a - b).join() !== numbers.join())
      throw refuse(
        `control point ${index} places the wedges [${placed.join(', ')}] of [${numbers.join(', ')}]`,
        'WedgePositionSequence',
      );
  });
  for (const { number, outline } of beam.blocks ?? [])
    if (outline.length % 2 !== 0)
      throw refuse(`block ${number}: ${outline.length} coordinates are no x, y pairs`, 'BlockData');
}

const wedgeItem = (wedge: Wedge): DataSetInput => ({
  WedgeNumber: wedge.number,
  WedgeType: wedge.type,
  WedgeID: wedge.id,
  AccessoryCode: wedge.accessoryCode,
  WedgeAngle: wedge.angle ?? '',
  EffectiveWedgeAngle: wedge.effectiveAngle,
  WedgeFactor: wedge.factor ?? '',
  WedgeOrientation: wedge.orientation ?? '',
  SourceToWedgeTrayDistance: wedge.sourceToWedgeTray,
});

const bolusItem = (bolus: Bolus): DataSetInput => ({
  ReferencedROINumber: bolus.roiNumber,
  BolusID: bolus.id,
  BolusDescription: bolus.description,
  AccessoryCode: bolus.accessoryCode,
});

/** Thickness is asked for with a material, transmission without one (type 2C); what is known is written in any case. */
const blockItem = (block: Block): DataSetInput => ({
  BlockTrayID: block.trayId,
  TrayAccessoryCode: block.trayAccessoryCode,
  AccessoryCode: block.accessoryCode,
  SourceToBlockTrayDistance: block.sourceToTray ?? '',
  BlockType: block.type,
  BlockDivergence: block.divergence,
  BlockMountingPosition: block.mountingPosition,
  BlockNumber: block.number,
  BlockName: block.name,
  MaterialID: block.materialId,
  BlockThickness: block.thickness ?? (block.materialId === '' ? undefined : ''),
  BlockTransmission: block.transmission ?? (block.materialId === '' ? '' : undefined),
  BlockNumberOfPoints: block.outline.length === 0 ? '' : block.outline.length / 2,
  BlockData: block.outline.length === 0 ? '' : block.outline,
});

const applicatorItem = (applicator: Applicator): DataSetInput => ({
  ApplicatorID: applicator.id,
  ApplicatorType: applicator.type,
  ApplicatorDescription: applicator.description,
  AccessoryCode: applicator.accessoryCode,
  SourceToApplicatorMountingPositionDistance: applicator.sourceToMounting,
  ApplicatorGeometrySequence:
    applicator.geometry === undefined
      ? undefined
      : [
          {
            ApplicatorApertureShape: applicator.geometry.shape,
            ApplicatorOpening: applicator.geometry.opening,
            ApplicatorOpeningX: applicator.geometry.openingX,
            ApplicatorOpeningY: applicator.geometry.openingY,
          },
        ],
});

const generalAccessoryItem = (accessory: GeneralAccessory): DataSetInput => ({
  GeneralAccessoryNumber: accessory.number,
  GeneralAccessoryID: accessory.id,
  GeneralAccessoryType: accessory.type,
  GeneralAccessoryDescription: accessory.description,
  AccessoryCode: accessory.accessoryCode,
  SourceToGeneralAccessoryDistance: accessory.sourceDistance,
});
