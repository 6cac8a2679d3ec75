import type { DoseProvenance, DoseVolume } from '../model/dose.ts';
import type { DataSet } from './dataset.ts';
import type { DataSetInput } from './encode.ts';
import { PRIVATE_CREATOR } from './modules.ts';

/**
 * Our private block in group 3005: (3005,0010) creator, (3005,1001) UT with the provenance as JSON, (3005,1002) UI of the structure set.
 * RT Dose itself names a structure set only in its DVH module (PS3.3 C.8.8.4), which we do not write.
 */
const CREATOR_TAG = 0x30050010;
const JSON_TAG = 0x30051001;
const STRUCTURE_SET_TAG = 0x30051002;

export function writeOrigin(dose: Pick<DoseVolume, 'provenance' | 'structureSetUid'>): DataSetInput {
  const { provenance, structureSetUid } = dose;
  if (provenance === undefined && structureSetUid === undefined) return {};
  return {
    '3005,0010:LO': PRIVATE_CREATOR,
    '3005,1001:UT': provenance === undefined ? undefined : JSON.stringify(provenance),
    '3005,1002:UI': structureSetUid === '' ? undefined : structureSetUid,
  };
}

/**
 * What made the dose and the structure set it was made for, as far as the object says. An implicit VR round trip through an archive
 * leaves private attributes without their VR, so they are read by their bytes. Throws INVALID_ATTRIBUTE when our own block cannot be understood.
 */
export function readOrigin(dataset: DataSet): Pick<DoseVolume, 'provenance' | 'structureSetUid'> {
  const ours = dataset.utf8(CREATOR_TAG) === PRIVATE_CREATOR;
  const standard = dataset.sequence('ReferencedStructureSetSequence')[0]?.string('ReferencedSOPInstanceUID') ?? '';
  const structureSetUid = standard === '' && ours ? dataset.utf8(STRUCTURE_SET_TAG) : standard;
  const text = ours ? dataset.utf8(JSON_TAG) : '';
  const provenance = text === '' ? undefined : parse(text);
  if (text !== '' && !isProvenance(provenance)) throw dataset.invalid(JSON_TAG, 'the dose provenance cannot be read');
  return {
    ...(structureSetUid === '' ? {} : { structureSetUid }),
    ...(isProvenance(provenance) ? { provenance } : {}),
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isProvenance(value: unknown): value is DoseProvenance {
  if (typeof value !== 'object' || value === null) return false;
  const record = value as Readonly<Record<string, unknown>>;
  const texts = ['engine', 'version', 'machine', 'calibration'].every((key) => typeof record[key] === 'string');
  return texts && ['gridSpacing', 'directions'].every((key) => typeof record[key] === 'number');
}
