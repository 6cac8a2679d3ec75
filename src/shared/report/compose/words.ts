import { fixed } from '../../geometry/fixed.ts';
import type { Rgb } from '../../model/structures.ts';

export const gray = (value: number): string => value.toFixed(2);
export const mm = (value: number): string => fixed(value, 1);
export const degrees = (value: number): string => fixed(value, 1);
export const orDash = (text: string | undefined): string => (text === undefined || text === '' ? '–' : text);

/** A moment in ISO 8601 to the second, in local time where it is given in UTC; as it is where it is no moment. */
export function localMoment(text: string): string {
  const date = new Date(text);
  if (!text.endsWith('Z') || Number.isNaN(date.getTime())) return text.replace('T', ' ');
  const two = (value: number): string => String(value).padStart(2, '0');
  const day = [String(date.getFullYear()), two(date.getMonth() + 1), two(date.getDate())].join('-');
  return `${day} ${[date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(':')}`;
}

/** A colour of screens, dark enough for lines on white paper. */
export function onPaper([red, green, blue]: Rgb): [number, number, number] {
  const light = (0.299 * red + 0.587 * green + 0.114 * blue) / 255;
  const scale = light > 0.62 ? 0.62 / light : 1;
  return [Math.round(red * scale), Math.round(green * scale), Math.round(blue * scale)];
}

const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** RFC 4648 4. */
export function base64(bytes: Uint8Array): string {
  const parts: string[] = [];
  for (let n = 0; n < bytes.length; n += 3) {
    const [a, b = 0, c = 0] = bytes.subarray(n, n + 3);
    const left = bytes.length - n;
    parts.push(
      DIGITS[a >> 2] +
        DIGITS[((a & 3) << 4) | (b >> 4)] +
        (left > 1 ? DIGITS[((b & 15) << 2) | (c >> 6)] : '=') +
        (left > 2 ? DIGITS[c & 63] : '='),
    );
  }
  return parts.join('');
}
