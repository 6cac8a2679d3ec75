import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { IsocenterError } from '#shared/contract/errors.ts';
import { parseMedia } from './media.ts';
import { readParts } from './multipart.ts';
import { asNetworkError, askPeer, type WebPeer } from './webPeer.ts';

/** A longer answer is no structure set, bytes. */
const LARGEST = 1024 ** 3;

/**
 * Sends a series to a segmentation service and gives back the one object it answers with: one POST of multipart/related
 * application/dicom parts, as STOW-RS sends them (PS3.18 10.5); the answer is application/dicom, or one part of a multipart.
 * @param files paths of Part 10 files
 * @throws IsocenterError as askPeer; NETWORK when it does not answer in time; UNSUPPORTED_OBJECT for an answer of another media type;
 * DECODE_FAILED for one that is empty, too large or of several parts
 */
export async function segmentAtPeer(
  peer: WebPeer,
  files: readonly string[],
  { signal, timeoutSeconds }: { readonly signal?: AbortSignal; readonly timeoutSeconds: number },
): Promise<Uint8Array> {
  const boundary = `isocenter-${randomUUID()}`;
  const timeout = AbortSignal.timeout(1000 * timeoutSeconds);
  const either = signal === undefined ? timeout : AbortSignal.any([signal, timeout]);
  try {
    const response = await askPeer(peer, '', {
      method: 'POST',
      accept: 'application/dicom, multipart/related; type="application/dicom"',
      contentType: `multipart/related; type="application/dicom"; boundary=${boundary}`,
      body: ReadableStream.from(multipart(files, boundary)) as ReadableStream<Uint8Array>,
      signal: either,
    });
    return await oneObject(response, peer.name);
  } catch (error) {
    if (signal?.aborted !== true && timeout.aborted)
      throw new IsocenterError('NETWORK', `did not answer within ${timeoutSeconds} s`, {
        object: peer.name,
        cause: error,
      });
    throw asNetworkError(error, signal, peer.name);
  }
}

async function* multipart(files: readonly string[], boundary: string): AsyncGenerator<Uint8Array> {
  for (const file of files) {
    yield Buffer.from(`--${boundary}\r\nContent-Type: application/dicom\r\n\r\n`);
    yield* createReadStream(file) as AsyncIterable<Uint8Array>;
    yield Buffer.from('\r\n');
  }
  yield Buffer.from(`--${boundary}--\r\n`);
}

async function oneObject(response: Response, object: string): Promise<Uint8Array> {
  const [media] = parseMedia(response.headers.get('content-type') ?? '');
  if (response.body === null) throw new IsocenterError('DECODE_FAILED', 'answered without a body', { object });
  if (media?.type === 'application/dicom') return collected(response.body, object);
  if (media?.type !== 'multipart/related')
    throw new IsocenterError(
      'UNSUPPORTED_OBJECT',
      `answered with ${media?.type ?? 'no media type'}, not application/dicom`,
      { object },
    );
  let found: Uint8Array | undefined;
  for await (const part of readParts(response.body, media.parameters.boundary ?? '')) {
    if (found !== undefined)
      throw new IsocenterError('DECODE_FAILED', 'answered with more than one object', { object });
    found = await collected(part.body, object);
  }
  if (found === undefined) throw new IsocenterError('DECODE_FAILED', 'answered with no object', { object });
  return found;
}

async function collected(body: AsyncIterable<Uint8Array>, object: string): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body) {
    chunks.push(Uint8Array.from(chunk));
    length += chunk.length;
    if (length > LARGEST) throw new IsocenterError('DECODE_FAILED', 'answered with more than 1 GB', { object });
  }
  if (length === 0) throw new IsocenterError('DECODE_FAILED', 'answered with an empty body', { object });
  return Buffer.concat(chunks);
}
