import { readPart10 } from '../dicom/codec/part10.ts';

/** Attributes that tell the phases of one series apart, the most explicit first. */
const ATTRIBUTES = ['TemporalPositionIdentifier', 'NominalPercentageOfRespiratoryPhase', 'AcquisitionNumber'] as const;

/**
 * The files of a series that holds several phases of the same planes, one group a phase in rising order: by Temporal Position
 * Identifier (0020,0100), else by respiratory phase, else by Acquisition Number. One group with all files where no attribute
 * divides them into groups that hold the same image positions, each once: that is no series of phases.
 */
export function splitPhases(files: readonly Uint8Array[]): (readonly Uint8Array[])[] {
  const read = files.map((bytes, index) => ({ bytes, dataset: readPart10(bytes, `image ${index + 1}`).dataset }));
  const place = ({ dataset }: (typeof read)[number]): string =>
    dataset
      .numbers('ImagePositionPatient')
      .map((mm) => mm.toFixed(2))
      .join(' ');
  const planes = new Set(read.map(place)).size;
  if (planes === 0 || planes === files.length || files.length % planes !== 0) return [files];
  for (const attribute of ATTRIBUTES) {
    const groups = Map.groupBy(read, ({ dataset }) => dataset.number(attribute) ?? Number.NaN);
    const whole = [...groups.values()].every(
      (group) => group.length === planes && new Set(group.map(place)).size === planes,
    );
    if (whole && groups.size > 1 && !groups.has(Number.NaN))
      return [...groups].toSorted(([a], [b]) => a - b).map(([, group]) => group.map(({ bytes }) => bytes));
  }
  return [files];
}
