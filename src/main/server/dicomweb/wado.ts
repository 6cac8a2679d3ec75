import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { StoredObject } from '#main/archive/types.ts';
import { choosePackaging } from './accept.ts';

const CHUNK = 1 << 20;

/** Objects byte for byte as they came, streamed from their files: one part each, or the only one alone. */
export function retrieveResponse(objects: readonly StoredObject[], accept: string | undefined): Response {
  const packaging = choosePackaging(accept, new Set(objects.map((object) => object.transferSyntaxUid)));
  if (packaging === 'single' && objects.length === 1) {
    const [object] = objects;
    const headers = { 'Content-Type': mediaType(object), 'Content-Length': String(object.bytes) };
    return new Response(ReadableStream.from(fileChunks(object)), { headers });
  }
  const boundary = `isocenter-${randomUUID()}`;
  const heads = objects.map((object) =>
    Buffer.from(`--${boundary}\r\nContent-Type: ${mediaType(object)}\r\nContent-Length: ${object.bytes}\r\n\r\n`),
  );
  const end = Buffer.from(`--${boundary}--\r\n`);
  const length = objects.reduce((sum, object, i) => sum + heads[i].length + object.bytes + 2, end.length);
  return new Response(ReadableStream.from(multipart(objects, heads, end)), {
    headers: {
      'Content-Type': `multipart/related; type="application/dicom"; boundary=${boundary}`,
      'Content-Length': String(length),
    },
  });
}

const mediaType = (object: StoredObject): string => `application/dicom; transfer-syntax=${object.transferSyntaxUid}`;

async function* multipart(
  objects: readonly StoredObject[],
  heads: readonly Buffer[],
  end: Buffer,
): AsyncGenerator<Uint8Array> {
  for (const [i, object] of objects.entries()) {
    yield heads[i];
    yield* fileChunks(object);
    yield Buffer.from('\r\n');
  }
  yield end;
}

/** A small file at once, a large one in pieces. A file that changed its size would break the framing and fails the answer. */
async function* fileChunks(object: StoredObject): AsyncGenerator<Uint8Array> {
  let sent = 0;
  if (object.bytes <= CHUNK) {
    const bytes = await readFile(object.file);
    sent = bytes.length;
    if (sent === object.bytes) yield bytes;
  } else
    for await (const chunk of createReadStream(object.file, { highWaterMark: CHUNK }) as AsyncIterable<Buffer>) {
      sent += chunk.length;
      if (sent <= object.bytes) yield chunk;
    }
  if (sent !== object.bytes) throw new Error(`${object.file} has ${sent} bytes, the index says ${object.bytes}`);
}
