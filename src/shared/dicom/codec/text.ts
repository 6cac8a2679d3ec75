import { IsocenterError } from '../../contract/errors.ts';

interface TextRule {
  readonly length: number;
  readonly pattern?: RegExp;
}

/** Lengths and repertoires of PS3.5 table 6.2-1 that a written value must meet. */
const RULES: Readonly<Record<string, TextRule>> = {
  AE: { length: 16, pattern: /^[\x20-\x5b\x5d-\x7e]*$/ },
  AS: { length: 4, pattern: /^\d{3}[DWMY]$/ },
  CS: { length: 16, pattern: /^[A-Z0-9 _]*$/ },
  DA: { length: 8, pattern: /^\d{8}$/ },
  DT: { length: 26, pattern: /^\d{4,14}(\.\d{1,6})?([+-]\d{4})?$/ },
  TM: { length: 14, pattern: /^\d{2}(\d{2}(\d{2}(\.\d{1,6})?)?)?$/ },
  UI: { length: 64, pattern: /^(0|[1-9]\d*)(\.(0|[1-9]\d*))*$/ },
  LO: { length: 64, pattern: /^[^\\\p{Cc}]*$/u },
  SH: { length: 16, pattern: /^[^\\\p{Cc}]*$/u },
  PN: { length: 64 * 3 + 2, pattern: /^[^\\\p{Cc}]*$/u },
  UC: { length: 0xfffffffe, pattern: /^[^\\\p{Cc}]*$/u },
  ST: { length: 1024 },
  LT: { length: 10240 },
  UT: { length: 0xfffffffe },
  UR: { length: 0xfffffffe },
};

/** Why a non-empty value does not meet its VR; undefined when it does. Lengths count characters, as PS3.5 does. */
export function textFault(vr: string, value: string): string | undefined {
  const rule = RULES[vr];
  if (rule === undefined || value === '') return undefined;
  if (value.length > rule.length && Array.from(value).length > rule.length)
    return `"${value}" is longer than ${rule.length} characters (${vr})`;
  if (rule.pattern !== undefined && !rule.pattern.test(value)) return `"${value}" is no valid ${vr}`;
  return undefined;
}

export function checkText(vr: string, value: string): void {
  const fault = textFault(vr, value);
  if (fault !== undefined) throw new IsocenterError('INVALID_ATTRIBUTE', fault);
}

/** Fits free text of our own or of a sender into SH or LO: control characters and backslashes become spaces, the rest is cut. */
export function fitText(text: string, length: 16 | 64): string {
  const clean = text.replace(/[\\\p{Cc}]/gu, ' ').trim();
  return Array.from(clean).slice(0, length).join('').trim();
}
