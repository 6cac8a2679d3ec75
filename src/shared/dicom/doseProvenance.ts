import type { DoseProvenance } from '../model/dose.ts';
import type { DataSet } from './dataset.ts';
import type { DataSetInput } from './encode.ts';
import { PRIVATE_CREATOR } from './modules.ts';

/** Our private block in group 3005: (3005,0010) creator, (3005,1001) UT with the provenance as JSON. */
const CREATOR_TAG = 0x30050010;
const JSON_TAG = 0x30051001;

export function writeProvenance(provenance: DoseProvenance): DataSetInput {
  return { '3005,0010:LO': PRIVATE_CREATOR, '3005,1001:UT': JSON.stringify(provenance) };
}

/** What made the dose; undefined for doses that are not ours. Throws INVALID_ATTRIBUTE when our own block cannot be understood. */
export function readProvenance(dataset: DataSet): DoseProvenance | undefined {
  if (dataset.element(CREATOR_TAG)?.vr !== 'LO' || dataset.string(CREATOR_TAG) !== PRIVATE_CREATOR) return undefined;
  // An implicit VR round trip through an archive leaves private attributes without their VR.
  const text = dataset.utf8(JSON_TAG);
  if (text === '') return undefined;
  const value = parse(text);
  if (!isProvenance(value)) throw dataset.invalid(JSON_TAG, 'the dose provenance cannot be read');
  return value;
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
