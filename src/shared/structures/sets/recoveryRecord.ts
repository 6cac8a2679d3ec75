import { z } from 'zod';
import type { Contour, Roi, StructureSet } from '../../model/structures.ts';
import { contoursFingerprint } from '../contours/fingerprint.ts';

const roiSchema = z.object({
  number: z.number(),
  name: z.string(),
  type: z.string() as unknown as z.ZodType<Roi['type']>,
  color: z.tuple([z.number(), z.number(), z.number()]),
  generationAlgorithm: z.enum(['AUTOMATIC', 'SEMIAUTOMATIC', 'MANUAL', '']),
  frameOfReferenceUid: z.string(),
  density: z.number().optional(),
  derivation: z.object({ recipe: z.string(), sources: z.string(), made: z.string() }).optional(),
  locked: z.literal(true).optional(),
  /** Name of the chunk with its contours, and their fingerprint. */
  chunk: z.string(),
  fingerprint: z.string(),
});

const recordSchema = z.object({
  version: z.literal(1),
  patientId: z.string(),
  frameOfReferenceUid: z.string(),
  seriesInstanceUid: z.string(),
  /** The stored set that was edited; '' where it was a new one. */
  baseUid: z.string(),
  savedAt: z.string(),
  /** Edits since it was stored. */
  edits: z.number(),
  set: z.object({
    sopInstanceUid: z.string(),
    label: z.string(),
    name: z.string().optional(),
    frameOfReferenceUid: z.string(),
    referencedStudyUid: z.string(),
    referencedSeriesUid: z.string(),
    history: z
      .array(
        z.object({ at: z.string(), by: z.string(), edit: z.string(), rois: z.array(z.string()), times: z.number() }),
      )
      .optional(),
  }),
  rois: z.array(roiSchema),
});

/** A structure set with unsaved edits, its contours kept in chunks beside it. */
export type RecoveryRecord = z.infer<typeof recordSchema>;

/** What the record says of where the edits were made. */
export type RecoveryPlace = Pick<
  RecoveryRecord,
  'patientId' | 'frameOfReferenceUid' | 'seriesInstanceUid' | 'baseUid' | 'savedAt' | 'edits'
>;

export function recoveryRecord(
  structures: StructureSet,
  place: RecoveryPlace,
  chunkOf: (contours: Roi['contours']) => string,
): RecoveryRecord {
  const { sopInstanceUid, label, name, frameOfReferenceUid, referencedStudyUid, referencedSeriesUid, history } =
    structures;
  return {
    version: 1,
    ...place,
    set: {
      sopInstanceUid,
      label,
      name,
      frameOfReferenceUid,
      referencedStudyUid,
      referencedSeriesUid,
      history: history?.map((entry) => ({ ...entry, rois: [...entry.rois] })),
    },
    rois: structures.rois.map(({ contours, color, ...roi }) => ({
      ...roi,
      color: [...color],
      chunk: chunkOf(contours),
      fingerprint: contoursFingerprint(contours),
    })),
  };
}

/** Undefined for a text that is no record. */
export function parseRecoveryRecord(text: string): RecoveryRecord | undefined {
  try {
    return recordSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

/**
 * The structures of a record, and the names of those whose contours are missing or are not what was kept; they are left out.
 * @param contours by chunk name
 */
export function recoveredStructures(
  { set, rois }: RecoveryRecord,
  contours: ReadonlyMap<string, readonly Contour[]>,
): { readonly structures: StructureSet; readonly lost: readonly string[] } {
  const whole: Roi[] = [];
  const lost: string[] = [];
  for (const { chunk, fingerprint, ...roi } of rois) {
    const kept = contours.get(chunk);
    if (kept === undefined || contoursFingerprint(kept) !== fingerprint) lost.push(roi.name);
    else whole.push({ ...roi, contours: kept });
  }
  return { structures: { ...set, referencedImages: [], rois: whole, warnings: [] }, lost };
}
