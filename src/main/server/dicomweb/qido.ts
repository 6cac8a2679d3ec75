import { attributeNamed } from '#main/archive/index/query/attributes.ts';
import type { ArchiveQuery, Level } from '#main/archive/types.ts';
import { IsocenterError } from '#shared/contract/errors.ts';

/**
 * Query parameters of a search transaction (PS3.18 8.3.4) on top of what the path fixes. Attributes by keyword or tag, once each.
 * @throws INVALID_ATTRIBUTE for attributes that cannot be matched: ignoring a filter would answer with the wrong patients
 */
export function parseQido(
  level: Level,
  parameters: URLSearchParams,
  fromPath: Readonly<Record<string, string>> = {},
): ArchiveQuery {
  const match: Record<string, string> = {};
  let limit: number | undefined;
  let offset: number | undefined;
  let fuzzyNames = false;
  for (const [name, value] of parameters) {
    switch (name.toLowerCase()) {
      case 'limit':
        limit = count(name, value);
        break;
      case 'offset':
        offset = count(name, value);
        break;
      case 'includefield':
        // Every attribute of the index is in the answer anyway; others are not indexed.
        break;
      case 'fuzzymatching':
        fuzzyNames = value.toLowerCase() === 'true';
        break;
      default:
        addMatch(match, name, value);
    }
  }
  for (const [keyword, uid] of Object.entries(fromPath)) {
    if (keyword in match && match[keyword] !== uid)
      throw new IsocenterError('INVALID_ATTRIBUTE', 'differs from the path', { attribute: keyword });
    match[keyword] = uid;
  }
  return { level, match, limit, offset, fuzzyNames };
}

function addMatch(match: Record<string, string>, name: string, value: string): void {
  const attribute = attributeNamed(name);
  if (!attribute) throw new IsocenterError('INVALID_ATTRIBUTE', 'cannot be matched here', { attribute: name });
  if (attribute.keyword in match)
    throw new IsocenterError('INVALID_ATTRIBUTE', 'given twice', { attribute: attribute.keyword });
  match[attribute.keyword] = value;
}

function count(name: string, value: string): number {
  if (!/^\d{1,9}$/.test(value))
    throw new IsocenterError('INVALID_ATTRIBUTE', `'${value}' is no whole number`, { attribute: name });
  return Number(value);
}
