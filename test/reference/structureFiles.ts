import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { readStructureSet, writeStructureSet } from '#shared/dicom/structures/rtStructureSet.ts';
import { RT_STRUCTURE_SET } from '#shared/dicom/uid.ts';
import type { StructureSet } from '#shared/model/structures.ts';
import { objectContext } from '#test/builders/context.ts';

const DATA = path.resolve(process.cwd(), '../shared/data');

export const structureFilesMissing = (): boolean => !existsSync(DATA);

/** A structure set of the shared data, and the same written by us. */
export interface Exchanged {
  readonly name: string;
  readonly original: string;
  readonly ours: string;
  readonly set: StructureSet;
  readonly bytes: Uint8Array;
}

/** Reads every RT Structure Set of the shared data and writes it into `folder`. */
export function exchangeAll(folder: string): Exchanged[] {
  mkdirSync(folder, { recursive: true });
  const found: Exchanged[] = [];
  for (const file of readdirSync(DATA, { recursive: true, withFileTypes: true })) {
    if (!file.isFile()) continue;
    const original = path.join(file.parentPath, file.name);
    const bytes = readFileSync(original);
    // The class stands in the first kilobyte, padded by a null when the next element follows.
    if (!bytes.subarray(0, 1024).includes(`${RT_STRUCTURE_SET}\0`)) continue;
    const name = path.relative(DATA, original);
    const context = objectContext(name);
    const set = readStructureSet(bytes, name);
    const written = writeStructureSet({ ...set, sopInstanceUid: context.sopInstanceUid }, context);
    const ours = path.join(folder, `${found.length}.dcm`);
    writeFileSync(ours, written);
    found.push({ name, original, ours, set, bytes: written });
  }
  return found;
}
