/** Specific Character Set (0008,0005) to text: PS3.3 C.12.1.1.2, PS3.5 6.1. */

interface Decoder {
  decode(bytes: Uint8Array): string;
}

/** TextDecoder and TextEncoder exist in browsers, workers and Node alike, but belong to none of the language's own libraries. */
const platform = globalThis as unknown as {
  TextDecoder: new (label: string) => Decoder;
  TextEncoder: new () => { encode(text: string): Uint8Array };
};

const decoders = new Map<string, Decoder>();
function decoder(label: string): Decoder {
  let found = decoders.get(label);
  if (found === undefined) {
    found = new platform.TextDecoder(label);
    decoders.set(label, found);
  }
  return found;
}

const encoder = new platform.TextEncoder();
export const encodeUtf8 = (text: string): Uint8Array => encoder.encode(text);

/** Defined terms without code extensions; those with them differ only by the prefix `ISO 2022 IR`. */
export const LABELS: Readonly<Record<string, string>> = {
  '6': 'windows-1252', '100': 'windows-1252', '101': 'iso-8859-2', '109': 'iso-8859-3', '110': 'iso-8859-4', '144': 'iso-8859-5',
  '127': 'iso-8859-6', '126': 'iso-8859-7', '138': 'iso-8859-8', '148': 'windows-1254', '203': 'iso-8859-15', '13': 'shift_jis',
  '166': 'windows-874', '192': 'utf-8', '149': 'euc-kr', '58': 'gb18030', '87': 'windows-1252', '159': 'windows-1252',
}; // biome-ignore format: a table

/** Escape sequences (PS3.3 tables C.12-3 and C.12-4, without ESC) to the decoder of what follows; `g0` sets carry 7-bit pairs. */
const ESCAPES: readonly { readonly code: string; readonly label: string; readonly g0?: 'pairs' | 'jis0212' }[] = [
  { code: '$(D', label: 'euc-jp', g0: 'jis0212' },
  { code: '$B', label: 'euc-jp', g0: 'pairs' },
  { code: '$)C', label: 'euc-kr' },
  { code: '$)A', label: 'gb18030' },
  { code: '(B', label: 'windows-1252' },
  { code: '(J', label: 'windows-1252' },
  { code: ')I', label: 'shift_jis' },
  { code: '-A', label: 'windows-1252' },
  { code: '-B', label: 'iso-8859-2' },
  { code: '-C', label: 'iso-8859-3' },
  { code: '-D', label: 'iso-8859-4' },
  { code: '-L', label: 'iso-8859-5' },
  { code: '-G', label: 'iso-8859-6' },
  { code: '-F', label: 'iso-8859-7' },
  { code: '-H', label: 'iso-8859-8' },
  { code: '-M', label: 'windows-1254' },
  { code: '-b', label: 'iso-8859-15' },
  { code: '-T', label: 'windows-874' },
];

export interface Charset {
  /** The attribute's values as the object states them. */
  readonly terms: readonly string[];
  decode(bytes: Uint8Array): string;
}

function labelOf(term: string): string | undefined {
  if (term === '') return LABELS['6'];
  if (term === 'GB18030' || term === 'GBK') return term.toLowerCase();
  const number = /^ISO(?:_IR| 2022 IR) (\d+)$/.exec(term)?.[1];
  return number === undefined ? undefined : LABELS[number];
}

/** The decoder for the values of Specific Character Set; `unknown` is called with a term it does not know (Latin 1 is used then). */
export function charsetOf(terms: readonly string[], unknown?: (term: string) => void): Charset {
  const labels = terms.map((term) => {
    const label = labelOf(term);
    if (label === undefined) unknown?.(term);
    return label ?? 'windows-1252';
  });
  const first = labels[0] ?? 'windows-1252';
  const extended = terms.length > 1 || (terms[0]?.startsWith('ISO 2022') ?? false);
  return {
    terms,
    decode: (bytes) => (extended && bytes.includes(0x1b) ? decodeExtended(bytes, first) : decoder(first).decode(bytes)),
  };
}

export const DEFAULT_CHARSET = charsetOf([]);

/** Text with ISO 2022 escapes: run by run; delimiters end a run and bring the first character set back (PS3.5 6.1.2.5.3). */
function decodeExtended(bytes: Uint8Array, first: string): string {
  let out = '';
  let label = first;
  let g0: 'pairs' | 'jis0212' | undefined;
  let start = 0;
  const flush = (end: number): void => {
    if (end > start) out += decodeRun(bytes.subarray(start, end), label, g0);
  };
  let at = 0;
  while (at < bytes.length) {
    const byte = bytes[at];
    if (byte === 0x1b) {
      flush(at);
      const code = String.fromCharCode(...bytes.subarray(at + 1, at + 4));
      const escape = ESCAPES.find((candidate) => code.startsWith(candidate.code));
      label = escape?.label ?? first;
      g0 = escape?.g0;
      at += 1 + (escape?.code.length ?? 0);
      start = at;
      continue;
    }
    // Inside a 7-bit two-byte set, 5C, 3D and 5E are halves of characters; only control characters end it.
    const delimiter = g0 === undefined ? byte === 0x5c || byte === 0x5e || byte === 0x3d || byte < 0x20 : byte < 0x20;
    if (delimiter) {
      flush(at);
      out += String.fromCharCode(byte);
      label = first;
      g0 = undefined;
      start = at + 1;
    }
    at++;
  }
  flush(bytes.length);
  return out;
}

function decodeRun(run: Uint8Array, label: string, g0: 'pairs' | 'jis0212' | undefined): string {
  if (g0 === undefined) return decoder(label).decode(run);
  const euc: number[] = [];
  for (let i = 0; i < run.length; i++) {
    if (g0 === 'jis0212' && i % 2 === 0) euc.push(0x8f);
    euc.push(run[i] | 0x80);
  }
  return decoder(label).decode(Uint8Array.from(euc));
}
