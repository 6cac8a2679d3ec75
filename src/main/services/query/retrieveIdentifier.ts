import { IsocenterError } from '#shared/contract/errors.ts';
import type { DataSet } from '#shared/dicom/codec/dataset.ts';
import { isUid } from '#shared/dicom/uid.ts';
import { parseLevel } from './findIdentifier.ts';
import { levelsDownTo, type QueryLevel, type QueryModel, UNIQUE_KEY } from './model.ts';

/** What a retrieval names; an empty list leaves that level open. */
export interface RetrieveSelection {
  readonly level: QueryLevel;
  readonly patientId?: string;
  readonly studyInstanceUids: readonly string[];
  readonly seriesInstanceUids: readonly string[];
  readonly sopInstanceUids: readonly string[];
}

/**
 * Reads the identifier of a C-MOVE or C-GET (PS3.4 C.4.2.1.4.1): one value for each level above, one or (UIDs) several at its own.
 * @param relational the unique keys of the levels above may be missing (PS3.4 C.4.2.2.2)
 * @throws IsocenterError MISSING_ATTRIBUTE, INVALID_ATTRIBUTE
 */
export function parseRetrieveIdentifier(
  identifier: DataSet,
  model: QueryModel,
  relational: boolean,
): RetrieveSelection {
  const level = parseLevel(identifier, model);
  const values = new Map<QueryLevel, readonly string[]>();
  for (const one of levelsDownTo(model, level)) {
    const keyword = UNIQUE_KEY[one];
    const found = identifier.strings(keyword).filter((value) => value !== '');
    const isOwn = one === level;
    if (found.length === 0 && (isOwn || !relational)) throw identifier.missing(keyword);
    if (found.length > 1 && (!isOwn || one === 'PATIENT')) throw identifier.invalid(keyword, 'one value is needed');
    for (const value of found) checkKey(one, keyword, value);
    values.set(one, found);
  }
  return {
    level,
    patientId: values.get('PATIENT')?.[0],
    studyInstanceUids: values.get('STUDY') ?? [],
    seriesInstanceUids: values.get('SERIES') ?? [],
    sopInstanceUids: values.get('IMAGE') ?? [],
  };
}

function checkKey(level: QueryLevel, keyword: string, value: string): void {
  const isValid = level === 'PATIENT' ? !/[*?]/.test(value) : isUid(value);
  if (!isValid) {
    throw new IsocenterError('INVALID_ATTRIBUTE', 'a retrieval takes no wildcards', { attribute: keyword });
  }
}
