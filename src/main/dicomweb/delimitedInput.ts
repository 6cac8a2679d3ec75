import { IsocenterError } from '#shared/contract/errors.ts';

/** A byte stream read up to delimiters, holding no more than one chunk and a delimiter's length. */
export interface DelimitedInput {
  /** Bytes up to `delimiter`, which is consumed. A loop over it may be left and taken up again: it then goes on where it was. */
  until(delimiter: Buffer): AsyncIterable<Uint8Array>;
  /** Everything up to `delimiter` as Latin-1 text. @throws INVALID_ATTRIBUTE when longer than `limit` bytes */
  text(delimiter: Buffer, limit: number): Promise<string>;
  /** Whether the next bytes are `expected`; they are consumed if so. */
  skip(expected: Buffer): Promise<boolean>;
  /** Puts bytes in front of what comes next. */
  unread(bytes: Buffer): void;
}

export function delimitedInput(source: AsyncIterable<Uint8Array>): DelimitedInput {
  const chunks = source[Symbol.asyncIterator]();
  let pending: Buffer = Buffer.alloc(0);

  const fill = async (): Promise<void> => {
    const read: IteratorResult<Uint8Array, unknown> = await chunks.next();
    if (read.done) throw new IsocenterError('TRUNCATED', 'the multipart body ends before its closing delimiter');
    const chunk = Buffer.from(read.value.buffer, read.value.byteOffset, read.value.byteLength);
    pending = pending.length === 0 ? chunk : Buffer.concat([pending, chunk]);
  };

  const input: DelimitedInput = {
    until(delimiter) {
      let found = false;
      const next = async (): Promise<IteratorResult<Uint8Array>> => {
        for (;;) {
          if (found) return { done: true, value: undefined };
          const at = pending.indexOf(delimiter);
          // Without a match, all but the bytes that may begin a delimiter are content.
          const content = at >= 0 ? at : Math.max(0, pending.length - delimiter.length + 1);
          const value = pending.subarray(0, content);
          found = at >= 0;
          pending = pending.subarray(found ? at + delimiter.length : content);
          if (value.length > 0) return { done: false, value };
          if (!found) await fill();
        }
      };
      return { [Symbol.asyncIterator]: () => ({ next }) };
    },
    async text(delimiter, limit) {
      const parts: Uint8Array[] = [];
      let length = 0;
      for await (const part of input.until(delimiter)) {
        parts.push(part);
        length += part.length;
        if (length > limit) throw new IsocenterError('INVALID_ATTRIBUTE', `part headers exceed ${limit} bytes`);
      }
      return Buffer.concat(parts).toString('latin1');
    },
    async skip(expected) {
      while (pending.length < expected.length) await fill();
      const same = pending.subarray(0, expected.length).equals(expected);
      if (same) pending = pending.subarray(expected.length);
      return same;
    },
    unread(bytes) {
      pending = Buffer.concat([bytes, pending]);
    },
  };
  return input;
}
