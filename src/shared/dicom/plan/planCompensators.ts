import type { Compensator } from '../../model/accessories.ts';
import type { DataSetInput } from '../codec/encode.ts';
import { stated, type TrackedItem } from '../codec/trackedItem.ts';

/** One item of Compensator Sequence. Throws MISSING_ATTRIBUTE or INVALID_ATTRIBUTE for a grid that is not there or has other sizes. */
export function readCompensator(item: TrackedItem): Compensator {
  const rows = item.needNumber('CompensatorRows');
  const columns = item.needNumber('CompensatorColumns');
  const spacing = item.needNumbers('CompensatorPixelSpacing', 2);
  const position = item.needNumbers('CompensatorPosition', 2);
  const compensator: Compensator = stated({
    number: item.needNumber('CompensatorNumber'),
    description: item.text('CompensatorDescription'),
    id: item.text('CompensatorID'),
    type: item.text('CompensatorType') ?? '',
    materialId: item.text('MaterialID') ?? '',
    trayId: item.text('CompensatorTrayID'),
    accessoryCode: item.text('AccessoryCode'),
    divergence: item.choice('CompensatorDivergence', ['PRESENT', 'ABSENT']),
    mountingPosition: item.choice('CompensatorMountingPosition', ['PATIENT_SIDE', 'SOURCE_SIDE', 'DOUBLE_SIDED']),
    sourceToTray: item.number('SourceToCompensatorTrayDistance'),
    rows,
    columns,
    pixelSpacing: [spacing[0], spacing[1]] as const,
    position: [position[0], position[1]] as const,
    transmission: item.numbers('CompensatorTransmissionData', rows * columns),
    thickness: item.numbers('CompensatorThicknessData', rows * columns),
    sourceDistance: item.numbers('SourceToCompensatorDistance', rows * columns),
  });
  if (compensator.transmission === undefined && compensator.thickness === undefined)
    throw item.item.missing(compensator.materialId === '' ? 'CompensatorTransmissionData' : 'CompensatorThicknessData');
  return compensator;
}

export const compensatorItem = (compensator: Compensator): DataSetInput => ({
  CompensatorNumber: compensator.number,
  CompensatorDescription: compensator.description,
  CompensatorID: compensator.id,
  CompensatorType: compensator.type === '' ? undefined : compensator.type,
  MaterialID: compensator.materialId,
  CompensatorTrayID: compensator.trayId,
  AccessoryCode: compensator.accessoryCode,
  CompensatorDivergence: compensator.divergence,
  CompensatorMountingPosition: compensator.mountingPosition,
  SourceToCompensatorTrayDistance: compensator.sourceToTray ?? '',
  CompensatorRows: compensator.rows,
  CompensatorColumns: compensator.columns,
  CompensatorPixelSpacing: compensator.pixelSpacing,
  CompensatorPosition: compensator.position,
  CompensatorTransmissionData: compensator.transmission,
  CompensatorThicknessData: compensator.thickness,
  SourceToCompensatorDistance: compensator.sourceDistance,
});
