import type { Mark } from '../model.ts';

export const WHITE: [number, number, number] = [255, 255, 255];

/** Text on a picture. */
export const label = (
  x: number,
  y: number,
  text: string,
  size: number,
  {
    color = WHITE,
    align = 'left',
  }: { readonly color?: [number, number, number]; readonly align?: 'left' | 'center' | 'right' } = {},
): Mark[] => [{ kind: 'words', x, y, text, size, align, bold: true, color }];

/** A bar of `length` mm, `scale` points a mm, its right end at (x, y). */
export function scaleBar(x: number, y: number, length: number, scale: number): Mark[] {
  const left = x - length * scale;
  return [
    { kind: 'line', points: [left, y - 3, left, y, x, y, x, y - 3], color: WHITE, width: 1.2 },
    ...label((left + x) / 2, y - 4, `${length / 10} cm`, 6.5, { align: 'center' }),
  ];
}

/** A cross at (x, y). */
export const cross = (x: number, y: number, color: [number, number, number]): Mark[] => [
  { kind: 'line', points: [x - 5, y, x + 5, y], color, width: 0.9 },
  { kind: 'line', points: [x, y - 5, x, y + 5], color, width: 0.9 },
];
