import { describeError, IsocenterError } from '#shared/contract/errors.ts';

/** An archive that speaks DICOMweb (PS3.18). */
export interface WebPeer {
  /** For people and errors. */
  readonly name: string;
  /** Root of its services, e.g. `https://pacs.example/dicom-web`. */
  readonly url: string;
  /** Value of the Authorization header, e.g. `Bearer …`. */
  readonly authorization?: string;
}

export interface WebRequest {
  readonly method?: 'GET' | 'POST';
  readonly accept: string;
  readonly contentType?: string;
  readonly body?: ReadableStream<Uint8Array>;
  readonly signal?: AbortSignal;
  /** Statuses besides 2xx that are an answer, not a failure. */
  readonly also?: readonly number[];
}

/** Answers that are errors are read no further than this, characters. */
const ERROR_TEXT = 200;

/**
 * One request to a DICOMweb archive; `path` begins with a slash.
 * @throws IsocenterError NETWORK (no connection, 5xx), UNAUTHORIZED (401, 403), NOT_FOUND (404, 410), UNSUPPORTED_OBJECT (406, 415), CANCELLED
 */
export async function askPeer(peer: WebPeer, path: string, request: WebRequest): Promise<Response> {
  const place = { object: `${peer.name} ${path.split('?')[0]}` };
  const headers = new Headers({ Accept: request.accept });
  if (request.contentType !== undefined) headers.set('Content-Type', request.contentType);
  if (peer.authorization !== undefined) headers.set('Authorization', peer.authorization);
  let response: Response;
  try {
    response = await fetch(`${peer.url.replace(/\/+$/, '')}${path}`, {
      method: request.method ?? 'GET',
      headers,
      signal: request.signal,
      ...(request.body === undefined ? {} : { body: request.body, duplex: 'half' }),
    });
  } catch (error) {
    throw asNetworkError(error, request.signal, place.object);
  }
  if (response.ok || request.also?.includes(response.status) === true) return response;
  const text = (await response.text().catch(() => '')).replace(/\s+/g, ' ').trim().slice(0, ERROR_TEXT);
  throw new IsocenterError(codeOf(response.status), `answered ${response.status} ${text}`.trim(), place);
}

/** What a failing request or body means to a person: cancelled, or the reason beneath fetch's own words. */
export function asNetworkError(error: unknown, signal: AbortSignal | undefined, object: string): IsocenterError {
  if (error instanceof IsocenterError) return error;
  if (signal?.aborted) return new IsocenterError('CANCELLED', 'cancelled by the user', { object });
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const reason = cause instanceof Error ? cause.message : describeError(cause);
  return new IsocenterError('NETWORK', `no answer: ${reason}`, { object, cause: error });
}

function codeOf(status: number) {
  if (status === 401 || status === 403) return 'UNAUTHORIZED';
  if (status === 404 || status === 410) return 'NOT_FOUND';
  return status === 406 || status === 415 ? 'UNSUPPORTED_OBJECT' : 'NETWORK';
}
