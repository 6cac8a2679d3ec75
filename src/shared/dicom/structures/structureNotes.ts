import { z } from 'zod';
import type { Derivation, EditRecord, Roi, StructureSet } from '../../model/structures.ts';
import type { DataSet } from '../codec/dataset.ts';
import type { DataSetInput } from '../codec/encode.ts';
import { PRIVATE_CREATOR } from '../modules.ts';

/**
 * Our private block in group 3007 of an RT Structure Set: (3007,0010) creator; (3007,1001) UT in items of Structure Set ROI Sequence with
 * derivation and lock as JSON; (3007,1002) UT in the set itself with the history as JSON. Others pass over it.
 */
const CREATOR_TAG = 0x30070010;
const ROI_TAG = 0x30071001;
const HISTORY_TAG = 0x30071002;

const roiSchema = z.object({
  derivation: z.object({ recipe: z.string(), sources: z.string(), made: z.string() }).optional() satisfies z.ZodType<
    Derivation | undefined
  >,
  locked: z.literal(true).optional(),
});

const historySchema = z.array(
  z.object({ at: z.string(), by: z.string(), edit: z.string(), rois: z.array(z.string()), times: z.number() }),
) satisfies z.ZodType<EditRecord[]>;

/** The private block of a ROI; nothing for one without notes. */
export function roiNotes({ derivation, locked }: Roi): DataSetInput {
  if (derivation === undefined && locked === undefined) return {};
  return { '3007,0010:LO': PRIVATE_CREATOR, '3007,1001:UT': JSON.stringify({ derivation, locked }) };
}

/** The private block of the set; nothing for one without history. */
export function historyNotes({ history = [] }: StructureSet): DataSetInput {
  if (history.length === 0) return {};
  return { '3007,0010:LO': PRIVATE_CREATOR, '3007,1002:UT': JSON.stringify(history) };
}

/** Derivation and lock of a ROI; what cannot be understood is said in `warnings` and left out. */
export function readRoiNotes(item: DataSet, roi: string, warnings: string[]): Pick<Roi, 'derivation' | 'locked'> {
  const notes = notesOf(item, ROI_TAG, roiSchema);
  if (notes === 'unreadable') warnings.push(`"${roi}": its recipe cannot be read, it no longer follows its sources`);
  return notes === undefined || notes === 'unreadable' ? {} : notes;
}

export function readHistory(dataset: DataSet, warnings: string[]): Pick<StructureSet, 'history'> {
  const history = notesOf(dataset, HISTORY_TAG, historySchema);
  if (history === 'unreadable') warnings.push('the history of the set cannot be read');
  return history === undefined || history === 'unreadable' ? {} : { history };
}

/** An implicit VR round trip through an archive leaves private attributes without their VR, so they are read by their bytes. */
function notesOf<T>(item: DataSet, tag: number, schema: z.ZodType<T>): T | 'unreadable' | undefined {
  if (item.utf8(CREATOR_TAG) !== PRIVATE_CREATOR) return undefined;
  const text = item.utf8(tag);
  if (text === '') return undefined;
  try {
    return schema.safeParse(JSON.parse(text)).data ?? 'unreadable';
  } catch {
    return 'unreadable';
  }
}
