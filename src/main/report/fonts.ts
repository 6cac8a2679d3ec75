import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Subsets of Noto Sans as its package has them: a character is written with the first that holds it. */
const SUBSETS = [
  'latin',
  'latin-ext',
  'greek',
  'cyrillic',
  'vietnamese',
  'greek-ext',
  'cyrillic-ext',
  'devanagari',
] as const;
const WEIGHTS = { regular: 400, bold: 700 } as const;
type Weight = keyof typeof WEIGHTS;

/** Shown for a character that no subset holds; the first subset holds it. */
export const REPLACEMENT = '\u{FFFD}';

/** A piece of text in one font of the document. */
export interface Run {
  readonly font: string;
  readonly text: string;
}

/** What pdfkit keeps of an embedded font (its `_font`), as far as it is needed here. */
interface EmbeddedFont {
  readonly font: { hasGlyphForCodePoint(code: number): boolean };
}

const files = new Map<string, Uint8Array>();

function fileOf(subset: string, weight: Weight): Uint8Array {
  const name = `@fontsource/noto-sans/files/noto-sans-${subset}-${WEIGHTS[weight]}-normal.woff`;
  const known = files.get(name) ?? readFileSync(fileURLToPath(import.meta.resolve(name)));
  files.set(name, known);
  return known;
}

/** Noto Sans in a document: which of its subsets each character needs. */
export class ReportFonts {
  readonly #document: PDFKit.PDFDocument;
  readonly #holds = new Map<string, EmbeddedFont['font']>();

  constructor(document: PDFKit.PDFDocument) {
    this.#document = document;
    for (const weight of ['regular', 'bold'] as const)
      for (const subset of SUBSETS) document.registerFont(`${subset} ${weight}`, Buffer.from(fileOf(subset, weight)));
  }

  /** The text in runs of one font each; what no font holds is replaced. */
  runs(text: string, bold: boolean): Run[] {
    const weight = bold ? 'bold' : 'regular';
    const runs: { font: string; text: string }[] = [];
    for (const letter of text) {
      const subset = this.#subsetOf(letter);
      const font = `${subset ?? SUBSETS[0]} ${weight}`;
      const shown = subset === undefined ? REPLACEMENT : letter;
      const last = runs.at(-1);
      if (last?.font === font) last.text += shown;
      else runs.push({ font, text: shown });
    }
    return runs;
  }

  /** Whether a character can be written. */
  holds(letter: string): boolean {
    return this.#subsetOf(letter) !== undefined;
  }

  /** Points. */
  width(text: string, size: number, bold: boolean): number {
    return this.runs(text, bold).reduce(
      (sum, { font, text: part }) => sum + this.#document.font(font).fontSize(size).widthOfString(part),
      0,
    );
  }

  #subsetOf(letter: string): string | undefined {
    const code = letter.codePointAt(0)!;
    if (code === 0x20) return SUBSETS[0];
    return SUBSETS.find((subset) => this.#fontOf(subset).hasGlyphForCodePoint(code));
  }

  #fontOf(subset: string): EmbeddedFont['font'] {
    const known = this.#holds.get(subset);
    if (known !== undefined) return known;
    this.#document.font(`${subset} regular`);
    const { font } = (this.#document as unknown as { _font: EmbeddedFont })._font;
    this.#holds.set(subset, font);
    return font;
  }
}
