import { GLYPHS as CAPITALS } from '#main/cli/picture/glyphs.ts';
import { emptyPixels, type GrayImage, resize, whiteOf } from './grayImage.ts';

/** What the capitals lack, and the sign for a character that has no picture: a full box, so that nothing vanishes unseen. */
const MORE: Readonly<Record<string, readonly number[]>> = {
  '(': [1, 2, 2, 2, 1], ')': [4, 2, 2, 2, 4], '#': [5, 7, 5, 7, 5], '?': [6, 1, 2, 0, 2], '*': [0, 5, 2, 5, 0],
  '\'': [2, 2, 0, 0, 0], '@': [7, 5, 5, 4, 7], '&': [2, 5, 2, 5, 3], '<': [1, 2, 4, 2, 1], '>': [4, 2, 1, 2, 4],
  ';': [0, 2, 0, 2, 4], '!': [2, 2, 2, 0, 2], '^': [2, 5, 0, 0, 0], '|': [2, 2, 2, 2, 2],
}; // biome-ignore format: a table
const UNKNOWN: readonly number[] = [7, 7, 7, 7, 7];

/** Narrower pictures are enlarged first, so that the text can be read. Pixels. */
const MIN_WIDTH = 512;
/** So many characters fill a line: about 3 mm high on a third of a 14 inch film. */
const CHARACTERS = 42;

/** Text as the dots can draw it: capitals, letters without accents. */
const drawable = (text: string): string =>
  text
    .normalize('NFD')
    .replace(/\p{Mn}/gu, '')
    .replaceAll('×', 'x')
    .replaceAll('−', '-')
    .replaceAll('·', '|')
    .toUpperCase();

/** Characters of a text that would come out as full boxes. */
export const undrawable = (text: string): string[] =>
  [...new Set(drawable(text))].filter((letter) => CAPITALS[letter] === undefined && MORE[letter] === undefined);

/** Lines no longer than `length`, broken at spaces where there are any. */
export function wrap(text: string, length: number): string[] {
  const lines: string[] = [];
  let rest = drawable(text);
  while (rest.length > length) {
    const space = rest.lastIndexOf(' ', length);
    const cut = space > length / 3 ? space : length;
    lines.push(rest.slice(0, cut).trimEnd());
    rest = rest.slice(cut).trimStart();
  }
  return [...lines, rest];
}

/**
 * The picture with lines of text on a black strip under it: no pixel of the picture is covered, and millimetres per pixel stay
 * what they are.
 */
export function withCaption(picture: GrayImage, lines: readonly string[]): GrayImage {
  if (lines.length === 0) return picture;
  const factor = Math.max(1, Math.ceil(MIN_WIDTH / picture.width));
  const image = resize(picture, picture.width * factor, picture.height * factor);
  const dot = Math.max(1, Math.floor(image.width / (4 * CHARACTERS)));
  const text = lines.flatMap((line) => wrap(line, Math.floor(image.width / (4 * dot)) - 1));
  const lineHeight = 7 * dot;
  const height = image.height + lineHeight * text.length + 2 * dot;
  const data = emptyPixels(image.width * height, image.bits);
  data.set(image.data);
  for (const [n, line] of text.entries())
    paintText(data, image, 2 * dot, image.height + 2 * dot + n * lineHeight, line, dot);
  return { ...image, height, data };
}

function paintText(
  data: Uint8Array | Uint16Array,
  { width, bits }: GrayImage,
  left: number,
  top: number,
  text: string,
  dot: number,
): void {
  const white = whiteOf(bits);
  for (const [n, letter] of Array.from(text).entries()) {
    const rows = CAPITALS[letter] ?? MORE[letter] ?? UNKNOWN;
    for (let y = 0; y < 5 * dot; y++)
      for (let x = 0; x < 3 * dot; x++) {
        const at = left + 4 * n * dot + x;
        if (at < width && (rows[Math.floor(y / dot)] >> (2 - Math.floor(x / dot))) & 1)
          data[at + (top + y) * width] = white;
      }
  }
}
