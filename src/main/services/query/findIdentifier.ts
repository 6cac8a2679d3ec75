import { IsocenterError } from '#shared/contract/errors.ts';
import { charsetOf } from '#shared/dicom/codec/charset.ts';
import type { DataElement, DataSet } from '#shared/dicom/codec/dataset.ts';
import { CHARSET_TEXT, STRING_VRS } from '#shared/dicom/codec/vr.ts';
import { levelsDownTo, type QueryLevel, type QueryModel, UNIQUE_KEY } from './model.ts';
import type { QuerySource } from './querySource.ts';

/** A query as we understood it. */
export interface ParsedQuery {
  readonly level: QueryLevel;
  /** Matching values by keyword; universal ones left out. */
  readonly match: Readonly<Record<string, string>>;
  /** Levels of the matching keywords. */
  readonly levelOf: ReadonlyMap<string, QueryLevel>;
  /** Unique keys that name exactly one entity, by level. */
  readonly singleKeys: ReadonlyMap<QueryLevel, string>;
  /** What to return, in the identifier's order. */
  readonly asked: readonly { readonly tag: number; readonly vr: string }[];
  /** A key has a value that we do not match by: answered with FF01H (PS3.4 table C.4-1). */
  readonly ignoresKeys: boolean;
  /** Of the request: answers use it where it holds the text. */
  readonly characterSet: readonly string[];
}

/** Not keys: they say how to read the identifier, or are answered by rule. */
const NO_KEY: ReadonlySet<number> = new Set([
  0x00080005, // Specific Character Set
  0x00080052, // Query/Retrieve Level
  0x00080053, // Query/Retrieve View
  0x00080054, // Retrieve AE Title
  0x00080201, // Timezone Offset From UTC
]);
const INSTANCE_AVAILABILITY = 0x00080056;

/** VRs in which several values are a list to match any of (PS3.4 C.2.2.2.2). */
const LIST_VR = 'UI';

/**
 * Reads the identifier of a C-FIND (PS3.4 C.4.1.1.3.1).
 * @param relational the unique keys of the levels above may be missing (PS3.4 C.4.1.2.2)
 * @throws IsocenterError MISSING_ATTRIBUTE, INVALID_ATTRIBUTE
 */
export function parseFindIdentifier(
  identifier: DataSet,
  model: QueryModel,
  source: QuerySource,
  relational: boolean,
): ParsedQuery {
  const level = parseLevel(identifier, model);
  const characterSet = knownCharacterSet(identifier);
  const levels = levelsDownTo('patient', level);
  const match: Record<string, string> = {};
  const levelOf = new Map<string, QueryLevel>();
  const asked: { tag: number; vr: string }[] = [];
  let ignoresKeys = false;
  for (const element of identifier.elements.values()) {
    if (NO_KEY.has(element.tag) || (element.tag & 0xffff) === 0) continue;
    asked.push({ tag: element.tag, vr: element.vr === 'xs' ? 'US' : element.vr });
    if (element.tag === INSTANCE_AVAILABILITY) continue;
    const attribute = source.attribute(element.tag);
    const value = matchingValue(identifier, element);
    const isHeld = attribute !== undefined && levels.includes(attribute.level);
    if (isHeld && attribute.isMatchable && value !== '') {
      match[attribute.keyword] = value;
      levelOf.set(attribute.keyword, attribute.level);
    } else if (!isHeld || value !== '') ignoresKeys = true;
  }
  const singleKeys = uniqueKeys(match, model, level, relational);
  return { level, match, levelOf, singleKeys, asked, ignoresKeys, characterSet };
}

/** @throws MISSING_ATTRIBUTE, INVALID_ATTRIBUTE */
export function parseLevel(identifier: DataSet, model: QueryModel): QueryLevel {
  const text = identifier.needString('QueryRetrieveLevel');
  const level = levelsDownTo(model, text).at(-1);
  if (level === undefined)
    throw identifier.invalid('QueryRetrieveLevel', `the ${model} root model has no level ${text}`);
  return level;
}

/**
 * The identifier's character set; none where it is unknown and does not matter.
 * @throws INVALID_ATTRIBUTE where it does: a name read wrong would find nobody, or somebody else
 */
function knownCharacterSet(identifier: DataSet): readonly string[] {
  const { terms } = identifier.charset;
  const unknown: string[] = [];
  charsetOf(terms, (term) => unknown.push(term));
  if (unknown.length === 0) return terms;
  for (const element of identifier.elements.values())
    if (CHARSET_TEXT.has(element.vr) && identifier.rawOf(element).some((byte) => byte > 0x7e || byte === 0x1b))
      throw identifier.invalid('SpecificCharacterSet', `${unknown[0]} is not known here`);
  return [];
}

/** '' for universal matching. */
function matchingValue(identifier: DataSet, element: DataElement): string {
  if (element.items !== undefined) return element.items.some((item) => item.elements.size > 0) ? '*' : '';
  if (element.length === 0) return '';
  if (!STRING_VRS.has(element.vr))
    return element.vr === 'US' || element.vr === 'xs' ? identifier.string(element.tag) : '*';
  const values = identifier.strings(element.tag);
  if (values.every((value) => value === '' || /^\*+$/.test(value))) return '';
  if (values.length > 1 && element.vr !== LIST_VR) {
    throw identifier.invalid(element.tag, 'lists of values are matched for UIDs only');
  }
  return values.join('\\');
}

/** The unique keys that name one entity. @throws MISSING_ATTRIBUTE, INVALID_ATTRIBUTE for the levels above in a hierarchical query */
function uniqueKeys(
  match: Readonly<Record<string, string>>,
  model: QueryModel,
  level: QueryLevel,
  relational: boolean,
): ReadonlyMap<QueryLevel, string> {
  const found = new Map<QueryLevel, string>();
  for (const one of levelsDownTo(model, level)) {
    const keyword = UNIQUE_KEY[one];
    const value = match[keyword] ?? '';
    const isSingle = value !== '' && !/[\\*?]/.test(value);
    if (isSingle) found.set(one, keyword);
    else if (!relational && one !== level) {
      const code = value === '' ? 'MISSING_ATTRIBUTE' : 'INVALID_ATTRIBUTE';
      throw new IsocenterError(code, `one value is needed at the ${level} level`, { attribute: keyword });
    }
  }
  return found;
}
