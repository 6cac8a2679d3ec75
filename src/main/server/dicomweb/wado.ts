import { randomUUID } from 'node:crypto';
import type { Archive, StoredObject } from '#main/archive/types.ts';
import { choosePackaging } from './accept.ts';

/** Objects byte for byte as they came, streamed: one part each, or the only one alone. */
export function retrieveResponse(
  archive: Archive,
  objects: readonly StoredObject[],
  accept: string | undefined,
): Response {
  const packaging = choosePackaging(accept, new Set(objects.map((object) => object.transferSyntaxUid)));
  if (packaging === 'single' && objects.length === 1) {
    const [object] = objects;
    const headers = { 'Content-Type': mediaType(object), 'Content-Length': String(object.bytes) };
    return new Response(ReadableStream.from(objectChunks(archive, object)), { headers });
  }
  const boundary = `isocenter-${randomUUID()}`;
  const heads = objects.map((object) =>
    Buffer.from(`--${boundary}\r\nContent-Type: ${mediaType(object)}\r\nContent-Length: ${object.bytes}\r\n\r\n`),
  );
  const end = Buffer.from(`--${boundary}--\r\n`);
  const length = objects.reduce((sum, object, i) => sum + heads[i].length + object.bytes + 2, end.length);
  return new Response(ReadableStream.from(multipart(archive, objects, heads, end)), {
    headers: {
      'Content-Type': `multipart/related; type="application/dicom"; boundary=${boundary}`,
      'Content-Length': String(length),
    },
  });
}

const mediaType = (object: StoredObject): string => `application/dicom; transfer-syntax=${object.transferSyntaxUid}`;

async function* multipart(
  archive: Archive,
  objects: readonly StoredObject[],
  heads: readonly Buffer[],
  end: Buffer,
): AsyncGenerator<Uint8Array> {
  for (const [i, object] of objects.entries()) {
    yield heads[i];
    yield* objectChunks(archive, object);
    yield Buffer.from('\r\n');
  }
  yield end;
}

/** An object that changed its size would break the framing and fails the answer. */
async function* objectChunks(archive: Archive, object: StoredObject): AsyncGenerator<Uint8Array> {
  await using reader = await archive.open(object);
  if (reader.bytes !== object.bytes)
    throw new Error(`${object.file} has ${reader.bytes} bytes, the index says ${object.bytes}`);
  yield* reader.stream();
}
