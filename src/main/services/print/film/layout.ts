import { IsocenterError } from '#shared/contract/errors.ts';

/** A place for one image on a film, as fractions of its width and height from the upper left corner. */
export interface ImageBoxPlace {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export type Orientation = 'PORTRAIT' | 'LANDSCAPE';

const most = 64;

/**
 * Image Display Format (2010,0010) from what people type: `C,R` (columns, rows), or the standard's own forms STANDARD\C,R, ROW\R1,R2…
 * (images in each row) and COL\C1,C2… (images in each column); ':' may stand for '\'. PS3.3 C.13.3.
 * @throws USAGE when it is none of these, or has more than 64 images
 */
export function imageDisplayFormat(text: string): string {
  const match = /^(?:(STANDARD|ROW|COL)[\\:])?(\d{1,2}(?:,\d{1,2})*)$/i.exec(text.trim());
  const kind = match?.[1]?.toUpperCase() ?? 'STANDARD';
  const numbers = (match?.[2] ?? '').split(',').map(Number);
  const count = kind === 'STANDARD' ? numbers[0] * numbers[1] : numbers.reduce((sum, n) => sum + n, 0);
  if (match === null || numbers.includes(0) || (kind === 'STANDARD' && numbers.length !== 2) || count > most)
    throw new IsocenterError('USAGE', `'${text}' is no film layout such as 3,4 (columns, rows), ROW:2,1 or COL:1,2`, {
      attribute: '--layout',
    });
  return `${kind}\\${numbers.join(',')}`;
}

/** The image boxes of a format, in order of Image Box Position (row by row; column by column for COL). PS3.3 C.13.3 and C.13.5. */
export function imageBoxes(format: string): ImageBoxPlace[] {
  const [kind, list] = imageDisplayFormat(format).split('\\');
  const numbers = list.split(',').map(Number);
  const lines = kind === 'STANDARD' ? Array.from({ length: numbers[1] }, () => numbers[0]) : numbers;
  return lines.flatMap((count, line) =>
    Array.from({ length: count }, (_, n) => {
      const along = { at: n / count, size: 1 / count };
      const across = { at: line / lines.length, size: 1 / lines.length };
      return kind === 'COL'
        ? { x: across.at, y: along.at, width: across.size, height: along.size }
        : { x: along.at, y: across.at, width: along.size, height: across.size };
    }),
  );
}

/** Width and height of a film in mm, portrait, by Film Size ID (2010,0050; PS3.3 C.13.3). */
const FILM_SIZES: Readonly<Record<string, readonly [number, number]>> = {
  '8INX10IN': [203.2, 254], '8_5INX11IN': [215.9, 279.4], '10INX12IN': [254, 304.8], '10INX14IN': [254, 355.6],
  '11INX14IN': [279.4, 355.6], '11INX17IN': [279.4, 431.8], '14INX14IN': [355.6, 355.6], '14INX17IN': [355.6, 431.8],
  '24CMX24CM': [240, 240], '24CMX30CM': [240, 300], A4: [210, 297], A3: [297, 420],
}; // biome-ignore format: a table

const FILM_SIZE_IDS: readonly string[] = Object.keys(FILM_SIZES);

/** Width and height of a film in mm as it is held. @throws USAGE for a size the standard does not list */
export function filmSize(id: string, orientation: Orientation): readonly [number, number] {
  const size = FILM_SIZES[id];
  if (size === undefined)
    throw new IsocenterError('USAGE', `'${id}' is no film size: ${FILM_SIZE_IDS.join(', ')}`, {
      attribute: '--film-size',
    });
  return orientation === 'PORTRAIT' ? size : [size[1], size[0]];
}
