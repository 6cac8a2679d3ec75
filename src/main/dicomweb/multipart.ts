import { delimitedInput } from './delimitedInput.ts';

export interface Part {
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  /** To be read before the next part is asked for; what is left unread is skipped. */
  readonly body: AsyncIterable<Uint8Array>;
}

const HEADERS_LIMIT = 16 * 1024;
const LINE_END = Buffer.from('\r\n');
const BLANK_LINE = Buffer.from('\r\n\r\n');
const CLOSING = Buffer.from('--');

/**
 * The parts of a multipart body (RFC 2046 5.1.1) as they stream in.
 * @throws TRUNCATED when the body ends before the closing delimiter, INVALID_ATTRIBUTE for oversized part headers
 */
export async function* readParts(body: AsyncIterable<Uint8Array>, boundary: string): AsyncGenerator<Part> {
  const input = delimitedInput(body);
  const delimiter = Buffer.from(`\r\n--${boundary}`);
  // The first delimiter may open the body; the line break before it is then ours.
  input.unread(LINE_END);
  await drain(input.until(delimiter));
  while (!(await input.skip(CLOSING))) {
    await input.text(LINE_END, HEADERS_LIMIT);
    // A part without headers begins with its blank line: the break just read is half of it.
    input.unread(LINE_END);
    const headers = parseHeaders(await input.text(BLANK_LINE, HEADERS_LIMIT));
    const content = input.until(delimiter);
    yield { headers, body: content };
    await drain(content);
  }
}

async function drain(content: AsyncIterable<Uint8Array>): Promise<void> {
  const chunks = content[Symbol.asyncIterator]();
  while (!(await chunks.next()).done);
}

function parseHeaders(text: string): Record<string, string> {
  const lines = text.split('\r\n').filter((line) => line.includes(':'));
  return Object.fromEntries(
    lines.map((line) => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim()];
    }),
  );
}
