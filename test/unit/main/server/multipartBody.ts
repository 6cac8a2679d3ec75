import { parseMedia } from '#main/dicomweb/media.ts';

const BOUNDARY = 'boundary';

/** A multipart/related body of application/dicom parts, handed out in pieces of `pieces` bytes (all at once without). */
export function multipartBody(
  files: readonly Buffer[],
  pieces?: number,
): { type: string; body: ReadableStream<Uint8Array> } {
  const parts = files.flatMap((file) => [
    Buffer.from(`--${BOUNDARY}\r\nContent-Type: application/dicom\r\n\r\n`),
    file,
    Buffer.from('\r\n'),
  ]);
  const all = Buffer.concat([...parts, Buffer.from(`--${BOUNDARY}--\r\n`)]);
  const size = pieces ?? all.length;
  function* slices(): Generator<Uint8Array> {
    for (let at = 0; at < all.length; at += size) yield all.subarray(at, at + size);
  }
  return {
    type: `multipart/related; type="application/dicom"; boundary=${BOUNDARY}`,
    body: streamOf(slices()),
  };
}

/** One stream chunk for each value, given only when asked for. */
export function streamOf(chunks: Iterable<Uint8Array>): ReadableStream<Uint8Array> {
  const iterator = chunks[Symbol.iterator]();
  return new ReadableStream<Uint8Array>({
    pull(controller) {
      const next = iterator.next();
      if (next.done) controller.close();
      else controller.enqueue(next.value);
    },
  });
}

/** A multipart answer taken apart by the Content-Length of each part: not the way our own reader does it. */
export function partsOf(contentType: string, body: Buffer): { headers: string; body: Buffer }[] {
  const boundary = parseMedia(contentType)[0].parameters.boundary;
  const parts: { headers: string; body: Buffer }[] = [];
  let at = 0;
  for (;;) {
    const line = body.subarray(at, body.indexOf('\r\n', at)).toString();
    if (line === `--${boundary}--`) return parts;
    if (line !== `--${boundary}`) throw new Error(`no delimiter but '${line}' at ${at}`);
    const end = body.indexOf('\r\n\r\n', at) + 4;
    const headers = body.subarray(at + line.length, end).toString();
    const length = Number(/Content-Length: (\d+)/.exec(headers)?.[1]);
    parts.push({ headers, body: body.subarray(end, end + length) });
    at = end + length + 2;
  }
}
