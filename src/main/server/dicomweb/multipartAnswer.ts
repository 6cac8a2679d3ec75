import { randomUUID } from 'node:crypto';

export interface AnswerPart {
  /** With its parameters, e.g. `image/jls; transfer-syntax=…`. */
  readonly contentType: string;
  readonly bytes: Uint8Array;
  readonly location?: string;
}

/** Values at hand as multipart/related (PS3.18 8.6.1.2), with the length known. */
export function multipartAnswer(parts: readonly AnswerPart[]): Response {
  const boundary = `isocenter-${randomUUID()}`;
  const pieces = parts.flatMap(({ contentType, bytes, location }) => [
    Buffer.from(
      `--${boundary}\r\nContent-Type: ${contentType}\r\nContent-Length: ${bytes.length}\r\n` +
        `${location === undefined ? '' : `Content-Location: ${location}\r\n`}\r\n`,
    ),
    bytes,
    Buffer.from('\r\n'),
  ]);
  const body = Buffer.concat([...pieces, Buffer.from(`--${boundary}--\r\n`)]);
  const type = parts[0]?.contentType.split(';')[0] ?? 'application/octet-stream';
  return new Response(body, {
    headers: {
      'Content-Type': `multipart/related; type="${type}"; boundary=${boundary}`,
      'Content-Length': String(body.length),
    },
  });
}
