import { z } from 'zod';
import type { CheckOverride } from '../../model/checks.ts';
import type { DataSet } from '../codec/dataset.ts';
import type { DataSetInput } from '../codec/encode.ts';
import { PRIVATE_CREATOR } from '../modules.ts';

/** (300B,1011) UT of our private block: why warnings of the plan checks stand, as JSON. */
const KEYS = { creator: 0x300b0010, overrides: 0x300b1011 };

const overridesSchema = z.array(
  z.strictObject({ rule: z.string(), text: z.string(), reason: z.string(), by: z.string(), at: z.string() }),
);

/** The private attribute; nothing without overrides. */
export function checkNotes(overrides: readonly CheckOverride[] | undefined): DataSetInput {
  if (overrides === undefined || overrides.length === 0) return {};
  return { '300B,0010:LO': PRIVATE_CREATOR, '300B,1011:UT': JSON.stringify(overrides) };
}

/** What a plan of ours kept. */
export function readCheckNotes(dataset: DataSet, warnings: string[]): readonly CheckOverride[] | undefined {
  const text = dataset.utf8(KEYS.creator) === PRIVATE_CREATOR ? dataset.utf8(KEYS.overrides) : '';
  if (text === '') return undefined;
  try {
    return overridesSchema.parse(JSON.parse(text));
  } catch {
    warnings.push('the reasons kept in the plan for warnings of its checks cannot be read');
    return undefined;
  }
}
