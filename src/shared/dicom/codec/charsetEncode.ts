import { charsetOf, encodeUtf8 } from './charset.ts';

/** Text to bytes in the character sets that Specific Character Set names (PS3.3 C.12.1.1.2, PS3.5 6.1): the inverse of charset.ts. */

/** How a code extension is brought in (PS3.3 tables C.12-3 and C.12-4): its escape sequence, and where it puts characters. */
interface Extension {
  /** Without ESC. */
  readonly escape: string;
  /** `G0` sets replace ASCII until it is called back, `G1` sets stand beside it. */
  readonly plane: 'G0' | 'G1';
  readonly bytes: 1 | 2;
}

const EXTENSIONS: Readonly<Record<string, Extension>> = {
  'ISO 2022 IR 100': { escape: '-A', plane: 'G1', bytes: 1 },
  'ISO 2022 IR 101': { escape: '-B', plane: 'G1', bytes: 1 },
  'ISO 2022 IR 109': { escape: '-C', plane: 'G1', bytes: 1 },
  'ISO 2022 IR 110': { escape: '-D', plane: 'G1', bytes: 1 },
  'ISO 2022 IR 144': { escape: '-L', plane: 'G1', bytes: 1 },
  'ISO 2022 IR 127': { escape: '-G', plane: 'G1', bytes: 1 },
  'ISO 2022 IR 126': { escape: '-F', plane: 'G1', bytes: 1 },
  'ISO 2022 IR 138': { escape: '-H', plane: 'G1', bytes: 1 },
  'ISO 2022 IR 148': { escape: '-M', plane: 'G1', bytes: 1 },
  'ISO 2022 IR 203': { escape: '-b', plane: 'G1', bytes: 1 },
  'ISO 2022 IR 166': { escape: '-T', plane: 'G1', bytes: 1 },
  'ISO 2022 IR 13': { escape: ')I', plane: 'G1', bytes: 1 },
  'ISO 2022 IR 87': { escape: '$B', plane: 'G0', bytes: 2 },
  'ISO 2022 IR 159': { escape: '$(D', plane: 'G0', bytes: 2 },
  'ISO 2022 IR 149': { escape: '$)C', plane: 'G1', bytes: 2 },
  'ISO 2022 IR 58': { escape: '$)A', plane: 'G1', bytes: 2 },
};

const ESC = 0x1b;
/** Delimiters after which the first character set is in force again (PS3.5 6.1.2.5.3). */
const RESETS = new Set(['\\', '^', '=', '\n', '\r', '\t', '\f']);

const tables = new Map<string, ReadonlyMap<string, readonly number[]>>();

/** Character → code, made by decoding every code there is. */
function tableOf(key: string, codes: () => Generator<readonly number[]>, decode: (code: readonly number[]) => string) {
  let table = tables.get(key);
  if (table === undefined) {
    const made = new Map<string, readonly number[]>();
    for (const code of codes()) {
      const text = decode(code);
      if (Array.from(text).length === 1 && text !== '\ufffd' && !made.has(text)) made.set(text, code);
    }
    tables.set(key, made);
    table = made;
  }
  return table;
}

function* range(lead: readonly [number, number], trail?: readonly [number, number]): Generator<readonly number[]> {
  for (let first = lead[0]; first <= lead[1]; first++) {
    if (trail === undefined) yield [first];
    else for (let second = trail[0]; second <= trail[1]; second++) yield [first, second];
  }
}

function extensionTable(term: string, { escape, plane, bytes }: Extension) {
  const low: readonly [number, number] = plane === 'G0' ? [0x21, 0x7e] : [0xa1, 0xfe];
  const charset = charsetOf(['', term]);
  const prefix = [ESC, ...Array.from(escape, (char) => char.charCodeAt(0))];
  return tableOf(
    term,
    () => (bytes === 2 ? range(low, low) : range([0xa0, 0xff])),
    (code) => charset.decode(Uint8Array.from([...prefix, ...code])),
  );
}

function plainTable(term: string) {
  const charset = charsetOf([term]);
  const isChinese = term === 'GB18030' || term === 'GBK';
  return tableOf(
    term,
    () => (isChinese ? range([0x81, 0xfe], [0x40, 0xfe]) : range([0xa0, 0xff])),
    (code) => charset.decode(Uint8Array.from(code)),
  );
}

/** Whether the text is in the default repertoire. */
function isAscii(text: string): boolean {
  for (let at = 0; at < text.length; at++) if (text.charCodeAt(at) > 0x7e) return false;
  return true;
}

/**
 * Text in the character sets of `terms` (values of Specific Character Set; [] is ASCII).
 * Undefined when they do not hold it, or hold it only in four-byte codes (GB18030).
 */
export function encodeText(text: string, terms: readonly string[]): Uint8Array | undefined {
  if (terms[0] === 'ISO_IR 192') return encodeUtf8(text);
  if (isAscii(text)) return encodeUtf8(text);
  const [first = '', ...others] = terms;
  const base = first === '' || first === 'ISO_IR 6' || first === 'ISO 2022 IR 6' ? undefined : plainTable(first);
  const extensions = others.flatMap((term) => {
    const extension = EXTENSIONS[term];
    return extension === undefined ? [] : [{ ...extension, table: extensionTable(term, extension) }];
  });
  const out: number[] = [];
  // The extension in force; undefined is the first character set.
  let active: Extension | undefined;
  const escape = (code: string): void => void out.push(ESC, ...Array.from(code, (char) => char.charCodeAt(0)));
  for (const char of text.normalize('NFC')) {
    const ascii = char.charCodeAt(0) < 0x7f;
    if (ascii) {
      if (active?.plane === 'G0') {
        escape('(B');
        active = undefined;
      }
      out.push(char.charCodeAt(0));
      if (RESETS.has(char)) active = undefined;
      continue;
    }
    const own = base?.get(char);
    if (own !== undefined && active === undefined) {
      out.push(...own);
      continue;
    }
    const extension = extensions.find(({ table }) => table.has(char));
    const code = extension?.table.get(char);
    if (extension === undefined || code === undefined) return undefined;
    if (active?.escape !== extension.escape) escape(extension.escape);
    active = extension;
    out.push(...code);
  }
  if (active?.plane === 'G0') escape('(B');
  return Uint8Array.from(out);
}

/** `preferred` when it holds all the texts; undefined otherwise. */
export function charsetThatHolds(
  texts: readonly string[],
  preferred: readonly string[],
): readonly string[] | undefined {
  return texts.every((text) => encodeText(text, preferred) !== undefined) ? preferred : undefined;
}
