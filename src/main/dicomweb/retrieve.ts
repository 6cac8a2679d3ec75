import { IsocenterError } from '#shared/contract/errors.ts';
import { parseMedia } from './media.ts';
import { readParts } from './multipart.ts';
import { asNetworkError, askPeer, type WebPeer } from './webPeer.ts';

export interface WebSelection {
  readonly studyInstanceUid: string;
  readonly seriesInstanceUid?: string;
  readonly sopInstanceUid?: string;
}

/** Objects as the archive holds them, whatever their transfer syntax (PS3.18 8.7.3.5.2). */
const ORIGINAL = 'multipart/related; type="application/dicom"; transfer-syntax=*';

/** Path of a WADO-RS or QIDO-RS resource. */
const pathOf = ({ studyInstanceUid, seriesInstanceUid, sopInstanceUid }: WebSelection): string =>
  [
    `/studies/${studyInstanceUid}`,
    ...(seriesInstanceUid === undefined ? [] : [`/series/${seriesInstanceUid}`]),
    ...(sopInstanceUid === undefined ? [] : [`/instances/${sopInstanceUid}`]),
  ].join('');

/**
 * WADO-RS retrieval (PS3.18 10.4): each object as a Part 10 file that streams in; to be read before the next is asked for.
 * @throws what `askPeer` throws; TRUNCATED when the answer breaks off: what was read of the last object is then no object
 */
export async function* retrieveFromPeer(
  peer: WebPeer,
  selection: WebSelection,
  signal?: AbortSignal,
): AsyncGenerator<AsyncIterable<Uint8Array>> {
  const path = pathOf(selection);
  const response = await askPeer(peer, path, { accept: ORIGINAL, signal });
  const [media] = parseMedia(response.headers.get('content-type') ?? '');
  const body = bodyOf(response, peer, signal);
  if (media?.type === 'application/dicom') {
    yield body;
    return;
  }
  const boundary = media?.parameters.boundary;
  if (media?.type !== 'multipart/related' || boundary === undefined)
    throw new IsocenterError('UNSUPPORTED_OBJECT', `answered ${media?.type ?? 'without a content type'}`, {
      object: `${peer.name} ${path}`,
    });
  for await (const part of readParts(body, boundary)) yield part.body;
}

async function* bodyOf(
  response: Response,
  peer: WebPeer,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    if (response.body !== null) yield* response.body;
  } catch (error) {
    throw asNetworkError(error, signal, peer.name);
  }
}
