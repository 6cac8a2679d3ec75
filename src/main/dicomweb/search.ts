import { z } from 'zod';
import { entryOfTag } from '#shared/dicom/codec/dictionary.ts';
import { IsocenterError } from '#shared/contract/errors.ts';
import { asNetworkError, askPeer, type WebPeer } from './webPeer.ts';

export type SearchLevel = 'study' | 'series' | 'instance';

/** One match, keyed by DICOM keyword; attributes without a value are left out. */
export type SearchRow = Readonly<Record<string, string | number | readonly (string | number)[]>>;

export interface SearchOptions {
  readonly limit?: number;
  readonly offset?: number;
  readonly signal?: AbortSignal;
}

const personName = z.looseObject({
  Alphabetic: z.string().optional(),
  Ideographic: z.string().optional(),
  Phonetic: z.string().optional(),
});
const value = z.union([z.string(), z.number(), personName, z.null()]);
/** PS3.18 F.2, as far as query answers use it: sequences and binary values are passed over. */
const answer = z.array(
  z.record(z.string(), z.looseObject({ vr: z.string().length(2), Value: z.array(z.unknown()).optional() })),
);

const RESOURCE: Readonly<Record<SearchLevel, string>> = {
  study: '/studies',
  series: '/series',
  instance: '/instances',
};

/**
 * QIDO-RS search (PS3.18 10.6) by keyword → matching value; an empty value asks for the attribute without matching it.
 * @throws what `askPeer` throws, DECODE_FAILED for an answer that is no DICOM JSON
 */
export async function searchPeer(
  peer: WebPeer,
  level: SearchLevel,
  keys: Readonly<Record<string, string>>,
  { limit, offset, signal }: SearchOptions = {},
): Promise<SearchRow[]> {
  const parameters = new URLSearchParams();
  for (const [keyword, text] of Object.entries(keys)) {
    if (text === '') parameters.append('includefield', keyword);
    else parameters.append(keyword, text);
  }
  if (limit !== undefined) parameters.set('limit', String(limit));
  if (offset !== undefined) parameters.set('offset', String(offset));
  const query = parameters.size === 0 ? '' : `?${parameters.toString()}`;
  const response = await askPeer(peer, `${RESOURCE[level]}${query}`, { accept: 'application/dicom+json', signal });
  // "No Content" is how some archives say that nothing matched.
  if (response.status === 204) return [];
  const parsed = answer.safeParse(await jsonOf(response, peer, signal));
  if (!parsed.success) throw notDicomJson(peer, parsed.error.issues[0]?.message ?? '');
  return parsed.data.map(rowOf);
}

async function jsonOf(response: Response, peer: WebPeer, signal: AbortSignal | undefined): Promise<unknown> {
  const text = await response.text().catch((error: unknown) => {
    throw asNetworkError(error, signal, peer.name);
  });
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw notDicomJson(peer, error instanceof Error ? error.message : '');
  }
}

const notDicomJson = (peer: WebPeer, reason: string): IsocenterError =>
  new IsocenterError('DECODE_FAILED', `its answer is no DICOM JSON: ${reason}`, { object: peer.name });

function rowOf(dataset: z.infer<typeof answer>[number]): SearchRow {
  const row: Record<string, string | number | (string | number)[]> = {};
  for (const [tag, { Value = [] }] of Object.entries(dataset)) {
    const name = /^[0-9A-Fa-f]{8}$/.test(tag) ? entryOfTag(Number.parseInt(tag, 16))?.keyword : undefined;
    const values = Value.map((one) => value.safeParse(one))
      .filter((one) => one.success)
      .map((one) => plain(one.data))
      .filter((one) => one !== '');
    if (name !== undefined && values.length > 0) row[name] = values.length === 1 ? values[0] : values;
  }
  return row;
}

/** PN groups joined as DICOM writes them, without empty trailing ones (PS3.5 6.2.1). */
function plain(one: z.infer<typeof value>): string | number {
  if (one === null) return '';
  if (typeof one !== 'object') return one;
  return [one.Alphabetic, one.Ideographic, one.Phonetic]
    .map((group) => group ?? '')
    .join('=')
    .replace(/=+$/, '');
}
