import { IsocenterError } from '../../../contract/errors.ts';

/** A text file line by line, with errors that name file, line and attribute. */
export class MeasuredText {
  readonly file: string;
  readonly lines: readonly string[];

  constructor(text: string, file: string) {
    this.file = file;
    this.lines = text.replace(/^\uFEFF/, '').split(/\r\n|\n|\r/);
  }

  /** Lines are counted from 0 here and from 1 in messages. */
  invalid(line: number, message: string, attribute?: string): IsocenterError {
    return new IsocenterError('INVALID_ATTRIBUTE', message, { object: this.place(line), attribute });
  }

  missing(line: number, attribute: string): IsocenterError {
    return new IsocenterError('MISSING_ATTRIBUTE', 'is not stated', { object: this.place(line), attribute });
  }

  place(line: number): string {
    return `${this.file} line ${line + 1}`;
  }

  /** A decimal number (point or comma). @throws IsocenterError INVALID_ATTRIBUTE */
  number(line: number, text: string, attribute: string): number {
    const trimmed = text.trim().replace(/^([+-]?\d*),(\d+)$/, '$1.$2');
    if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(trimmed))
      throw this.invalid(line, `"${text.trim().slice(0, 40)}" is no number`, attribute);
    const value = Number(trimmed);
    if (!Number.isFinite(value)) throw this.invalid(line, `${trimmed.slice(0, 40)} is out of range`, attribute);
    return value;
  }

  /** A number within limits (mm for lengths): what lies beyond is a mistake of unit or of column. */
  within(line: number, text: string, attribute: string, low: number, high: number): number {
    const value = this.number(line, text, attribute);
    if (value < low || value > high) throw this.invalid(line, `${value} is not within ${low}…${high}`, attribute);
    return value;
  }
}

/** What any treatment head and water tank stay within, mm. */
export const LIMITS = { side: [1, 500], ssd: [300, 3000], depth: [0, 1000], position: [-1000, 1000] } as const;
