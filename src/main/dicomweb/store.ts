import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { z } from 'zod';
import { IsocenterError } from '#shared/contract/errors.ts';
import { asNetworkError, askPeer, type WebPeer } from './webPeer.ts';

export interface WebStoreReport {
  /** SOP Instance UIDs that the archive says it holds now. */
  readonly stored: readonly string[];
  readonly failed: readonly { readonly sopInstanceUid: string; readonly reason: string }[];
}

export interface WebFile {
  readonly sopInstanceUid: string;
  /** The Part 10 file: its path, or its bytes as a stream. */
  readonly content: string | (() => AsyncIterable<Uint8Array>);
}

const uidValue = z.looseObject({ Value: z.array(z.string()).optional() });
const reference = z.looseObject({
  '00081155': uidValue.optional(),
  '00081197': z.looseObject({ Value: z.array(z.number()).optional() }).optional(),
});
const sequence = z.looseObject({ Value: z.array(reference).optional() }).optional();
/** Store Instances Response, PS3.18 table 10.5.3-1. */
const storeAnswer = z.looseObject({ '00081199': sequence, '00081198': sequence });

/** Failure reasons of PS3.18 table I.2-2 in words. */
const REASONS: readonly (readonly [from: number, to: number, text: string])[] = [
  [0xa700, 0xa7ff, 'out of resources'],
  [0xa900, 0xa9ff, 'data set does not match SOP class'],
  [0xc000, 0xcfff, 'cannot understand'],
  [0x0122, 0x0122, 'SOP class not supported'],
  [0x0110, 0x0110, 'processing failure'],
  [0x0124, 0x0124, 'not authorized'],
];

/**
 * STOW-RS (PS3.18 10.5): stores files in one request, streamed. Every file gets an outcome: one the archive does not mention
 * is reported as failed, for only what it names is safe there.
 * @throws what `askPeer` throws; a file that cannot be read ends the request
 */
export async function storeAtPeer(
  peer: WebPeer,
  files: readonly WebFile[],
  { signal, onSent }: { readonly signal?: AbortSignal; readonly onSent?: (files: number) => void } = {},
): Promise<WebStoreReport> {
  const boundary = `isocenter-${randomUUID()}`;
  const response = await askPeer(peer, '/studies', {
    method: 'POST',
    accept: 'application/dicom+json',
    contentType: `multipart/related; type="application/dicom"; boundary=${boundary}`,
    body: ReadableStream.from(multipart(files, boundary, onSent)) as ReadableStream<Uint8Array>,
    signal,
    // Conflict: none was stored, and the answer says why.
    also: [409],
  });
  const text = await response.text().catch((error: unknown) => {
    throw asNetworkError(error, signal, peer.name);
  });
  return reportOf(files, parseAnswer(text, peer, response.status));
}

async function* multipart(
  files: readonly WebFile[],
  boundary: string,
  onSent: ((files: number) => void) | undefined,
): AsyncGenerator<Uint8Array> {
  for (const [index, { content }] of files.entries()) {
    yield Buffer.from(`--${boundary}\r\nContent-Type: application/dicom\r\n\r\n`);
    yield* typeof content === 'string' ? (createReadStream(content) as AsyncIterable<Uint8Array>) : content();
    yield Buffer.from('\r\n');
    onSent?.(index + 1);
  }
  yield Buffer.from(`--${boundary}--\r\n`);
}

function parseAnswer(text: string, peer: WebPeer, status: number): z.infer<typeof storeAnswer> {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    json = undefined;
  }
  // Some archives wrap the one data set in an array, as QIDO-RS does.
  const parsed = storeAnswer.safeParse(Array.isArray(json) ? json[0] : json);
  if (parsed.success) return parsed.data;
  throw new IsocenterError('DECODE_FAILED', `its answer (status ${status}) is no DICOM JSON`, { object: peer.name });
}

function reportOf(files: readonly WebFile[], answer: z.infer<typeof storeAnswer>): WebStoreReport {
  const named = (answer['00081199']?.Value ?? []).map((item) => item['00081155']?.Value?.[0]);
  const reasons = new Map(
    (answer['00081198']?.Value ?? []).map((item) => [item['00081155']?.Value?.[0], item['00081197']?.Value?.[0]]),
  );
  const stored: string[] = [];
  const failed: { sopInstanceUid: string; reason: string }[] = [];
  for (const { sopInstanceUid } of files) {
    if (named.includes(sopInstanceUid)) stored.push(sopInstanceUid);
    else failed.push({ sopInstanceUid, reason: reasonText(reasons.get(sopInstanceUid)) });
  }
  return { stored, failed };
}

function reasonText(reason: number | undefined): string {
  if (reason === undefined) return 'the archive does not say that it stored it';
  const known = REASONS.find(([from, to]) => reason >= from && reason <= to);
  return `${known?.[2] ?? 'failed'} (${reason.toString(16).toUpperCase().padStart(4, '0')})`;
}
