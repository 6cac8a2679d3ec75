import type { Roi, RoiRemarks, RoiType } from '../../model/structures.ts';
import { codeItem, readCode } from '../codes.ts';
import type { DataSet } from '../codec/dataset.ts';
import type { DataSetInput } from '../codec/encode.ts';
import { densityItem, readDensity } from './roiDensity.ts';
import { fitText } from '../codec/text.ts';

const ROI_TYPES: ReadonlySet<string> = new Set<RoiType>([
  'EXTERNAL', 'PTV', 'CTV', 'GTV', 'ORGAN', 'AVOIDANCE', 'BOLUS', 'SUPPORT', 'MARKER', 'ISOCENTER', 'CONTROL', 'TREATED_VOLUME',
  'IRRAD_VOLUME', 'REGISTRATION', 'CAVITY', 'CONTRAST_AGENT', 'BRACHY_CHANNEL', 'BRACHY_ACCESSORY', 'BRACHY_SRC_APP',
  'BRACHY_CHNL_SHLD', 'FIXATION', 'DOSE_REGION', 'DOSE_MEASUREMENT',
]); // biome-ignore format: a list

/** Texts of an observation that are carried along, by keyword. */
const OBSERVATION_TEXTS = ['ROIObservationLabel', 'ROIObservationDescription', 'ROIInterpreter', 'MaterialID'] as const;

/** The first item of RT ROI Observations Sequence (PS3.3 C.8.8.8) of each ROI; further ones, and those of no ROI, are said. */
export function observationsByRoi(dataset: DataSet, warnings: string[]): Map<number, DataSet> {
  const items = new Map<number, DataSet>();
  const known = new Set(dataset.sequence('StructureSetROISequence').map((roi) => roi.number('ROINumber')));
  for (const item of dataset.sequence('RTROIObservationsSequence')) {
    const number = item.number('ReferencedROINumber');
    if (number === undefined || !known.has(number))
      warnings.push(`an observation of ROI ${number ?? '?'}, which the set does not define, was left out`);
    else if (items.has(number)) warnings.push(`ROI ${number} has several observations; the first is taken`);
    else items.set(number, item);
  }
  return items;
}

/** Type, density, code and texts of an ROI from its items of Structure Set ROI and RT ROI Observations Sequence. */
export function readObservation(
  roi: DataSet,
  observation: DataSet | undefined,
  name: string,
  warnings: string[],
): Pick<Roi, 'type' | 'density' | 'code' | 'remarks'> {
  const type = observation?.string('RTROIInterpretedType') ?? '';
  if (type !== '' && !ROI_TYPES.has(type)) warnings.push(`"${name}": its type ${type} is not one of the standard's`);
  const density = observation === undefined ? undefined : readDensity(observation, name, warnings);
  const code = observation === undefined ? undefined : readCode(observation, 'RTROIIdentificationCodeSequence');
  const texts: [string, string][] = OBSERVATION_TEXTS.map((text) => [text, observation?.string(text) ?? '']);
  texts.push(['ROIDescription', roi.string('ROIDescription')]);
  const remarks: RoiRemarks = Object.fromEntries(texts.filter(([, text]) => text !== ''));
  return {
    type: ROI_TYPES.has(type) ? (type as RoiType) : '',
    ...(density === undefined ? {} : { density }),
    ...(code === undefined ? {} : { code }),
    ...(Object.keys(remarks).length === 0 ? {} : { remarks }),
  };
}

/** An item of RT ROI Observations Sequence. */
export function observationItem(roi: Roi, number: number): DataSetInput {
  const { ROIObservationLabel: label, ROIInterpreter: interpreter, MaterialID: material } = roi.remarks ?? {};
  return {
    ObservationNumber: number,
    ReferencedROINumber: roi.number,
    ROIObservationLabel: label === undefined ? undefined : fitText(label, 16),
    ROIObservationDescription: shortText(roi.remarks?.ROIObservationDescription),
    RTROIIdentificationCodeSequence: roi.code === undefined ? undefined : [codeItem(roi.code)],
    RTROIInterpretedType: roi.type,
    ROIInterpreter: fitText(interpreter ?? '', 64),
    MaterialID: material === undefined ? undefined : fitText(material, 16),
    ROIPhysicalPropertiesSequence: roi.density === undefined ? undefined : [densityItem(roi.density)],
  };
}

/** Text of any sender as a Short Text, 1024 characters. */
export const shortText = (text: string | undefined): string | undefined =>
  text === undefined ? undefined : Array.from(text).slice(0, 1024).join('');
