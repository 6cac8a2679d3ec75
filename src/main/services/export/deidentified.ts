import { readFile } from 'node:fs/promises';
import { IsocenterError, throwIfCancelled, type AbortSignalLike } from '#shared/contract/errors.ts';
import { createDeidentifier } from '#shared/deidentify/deidentify.ts';
import type { Finding } from '#shared/deidentify/findings.ts';
import type { DeidentifyOptions } from '#shared/deidentify/options.ts';
import { type DicomFile, readPart10 } from '#shared/dicom/codec/part10.ts';

/** An object on its way out. */
export interface ObjectToExport {
  readonly file: string;
  readonly sopInstanceUid: string;
  readonly sopClassUid: string;
  readonly modality: string;
}

export interface ExportedObject {
  /** A name for its file that tells nobody anything: modality and new SOP Instance UID. */
  readonly name: string;
  readonly original: ObjectToExport;
  readonly sopInstanceUid: string;
  readonly bytes: Uint8Array;
}

/** What was done, over all objects. */
export interface ExportReport {
  readonly objects: number;
  /** How often what happened: `PatientName replaced`. */
  readonly changes: Readonly<Record<string, number>>;
  /** What to know of the objects, and how many it concerns. */
  readonly findings: readonly (Finding & { readonly objects: number })[];
  /** Those that stayed behind. */
  readonly refused: readonly { readonly sopInstanceUid: string; readonly reason: string }[];
}

/** Looks at objects without changing any. @throws what readPart10 throws */
export async function inspectObjects(
  objects: readonly ObjectToExport[],
  options: DeidentifyOptions,
  signal?: AbortSignalLike,
): Promise<ExportReport['findings']> {
  const deidentifier = createDeidentifier(options, new Uint8Array(32));
  const findings: Finding[] = [];
  for (const object of objects) {
    throwIfCancelled(signal);
    findings.push(...deidentifier.inspect(await parsed(object)));
  }
  return counted(findings);
}

/**
 * De-identifies objects one by one, after having looked at all of them (a name in one must not survive in another's free text), and hands
 * each to `take`. An object that cannot be cleaned stays behind and is named in the report.
 * @throws what readPart10 throws; what `take` throws; CANCELLED
 */
export async function deidentifyObjects(
  objects: readonly ObjectToExport[],
  options: DeidentifyOptions,
  secret: Uint8Array,
  take: (object: ExportedObject) => Promise<void>,
  { signal, onProgress }: { signal?: AbortSignalLike; onProgress?: (done: number, total: number) => void } = {},
): Promise<ExportReport> {
  const deidentifier = createDeidentifier(options, secret);
  for (const object of objects) {
    throwIfCancelled(signal);
    deidentifier.inspect(await parsed(object));
  }
  const changes: Record<string, number> = {};
  const findings: Finding[] = [];
  const refused: { sopInstanceUid: string; reason: string }[] = [];
  for (const [n, original] of objects.entries()) {
    throwIfCancelled(signal);
    try {
      const result = deidentifier.apply(await parsed(original));
      const { sopInstanceUid, bytes } = result;
      await take({ name: `${original.modality || 'OT'}.${sopInstanceUid}.dcm`, original, sopInstanceUid, bytes });
      for (const [key, count] of result.changes) changes[key] = (changes[key] ?? 0) + count;
      findings.push(...result.findings);
    } catch (error) {
      if (!(error instanceof IsocenterError) || error.code !== 'UNSUPPORTED_OBJECT') throw error;
      refused.push({ sopInstanceUid: original.sopInstanceUid, reason: error.message });
    }
    onProgress?.(n + 1, objects.length);
  }
  return { objects: objects.length - refused.length, changes, findings: counted(findings), refused };
}

const parsed = async ({ file, sopInstanceUid }: ObjectToExport): Promise<DicomFile> =>
  readPart10(await readFile(file), sopInstanceUid);

function counted(findings: readonly Finding[]): (Finding & { objects: number })[] {
  const byText = Map.groupBy(findings, ({ kind, severity, text }) => `${kind} ${severity} ${text}`);
  return [...byText.values()].map((group) => ({ ...group[0], objects: group.length }));
}
