import fc from 'fast-check';
import { PNG } from 'pngjs';
import { describe, expect, it } from 'vitest';
import { filmSize, imageBoxes, imageDisplayFormat } from '#main/services/print/film/layout.ts';
import { filmPreview } from '#main/services/print/film/preview.ts';
import { checkJob, filmsOf, type PrintJob } from '#main/services/print/film/printJob.ts';
import { undrawable, withCaption, wrap } from '#main/services/print/image/caption.ts';
import { type GrayImage, resize, withoutBlackEdges } from '#main/services/print/image/grayImage.ts';
import { printStatusText, touchesScale } from '#main/services/print/statusText.ts';

const flat = (width: number, height: number, value: number, spacing?: number): GrayImage => ({
  width,
  height,
  bits: 8,
  data: new Uint8Array(width * height).fill(value),
  spacing,
});
const job = (images: readonly GrayImage[], film: Partial<PrintJob['film']> = {}): PrintJob => ({
  film: { layout: 'STANDARD\\2,1', filmSize: '8INX10IN', orientation: 'PORTRAIT', ...film },
  session: { copies: 1, priority: 'MED', medium: 'PAPER', destination: 'BIN_1', label: '', presentation: 'IDENTITY' },
  images: images.map((image, n) => ({ image, description: `CT ${n}` })),
  identity: ['Doe, John | ID 1'],
});

describe('film layouts', () => {
  it('are read as people and as the standard write them', () => {
    expect(imageDisplayFormat('3,4')).toBe('STANDARD\\3,4');
    expect(imageDisplayFormat('row:2,1')).toBe('ROW\\2,1');
    expect(imageDisplayFormat('COL\\1,2')).toBe('COL\\1,2');
    for (const wrong of ['', '3', '0,4', '3,4,5', '9,9', 'SLIDE', 'ROW:', '1.5,2'])
      expect(() => imageDisplayFormat(wrong)).toThrow(/is no film layout/);
  });

  it('number their boxes row by row, or column by column', () => {
    expect(imageBoxes('2,2').map(({ x, y }) => [x, y])).toEqual([[0, 0], [0.5, 0], [0, 0.5], [0.5, 0.5]]); // biome-ignore format: a table
    expect(imageBoxes('ROW:1,2').map(({ x, y, width }) => [x, y, width])).toEqual([[0, 0, 1], [0, 0.5, 0.5], [0.5, 0.5, 0.5]]); // biome-ignore format: a table
    expect(imageBoxes('COL:1,2').map(({ x, y, height }) => [x, y, height])).toEqual([[0, 0, 1], [0.5, 0, 0.5], [0.5, 0.5, 0.5]]); // biome-ignore format: a table
  });

  it('cover the film once', () => {
    const counts = fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(fc.constantFrom('ROW', 'COL'), counts, (kind, list) => {
        const area = imageBoxes(`${kind}:${list.join(',')}`).reduce(
          (sum, { width, height }) => sum + width * height,
          0,
        );
        expect(area).toBeCloseTo(1, 9);
      }),
    );
  });

  it('know films in mm, held upright or across', () => {
    expect(filmSize('14INX17IN', 'PORTRAIT')).toEqual([355.6, 431.8]);
    expect(filmSize('14INX17IN', 'LANDSCAPE')).toEqual([431.8, 355.6]);
    expect(() => filmSize('1INX1IN', 'PORTRAIT')).toThrow(/is no film size/);
  });
});

describe('a job', () => {
  it('spreads images over films', () => {
    expect(filmsOf(job([1, 2, 3].map((n) => flat(4, 4, n)))).map((film) => film.length)).toEqual([2, 1]);
  });

  it('in true size is refused where it does not fit or millimetres are not known', () => {
    const trueSize = { trueSize: true };
    expect(() => checkJob(job([flat(100, 100, 1, 1)], trueSize))).not.toThrow();
    expect(() => checkJob(job([flat(102, 50, 1, 1)], trueSize))).toThrow(
      /102\.0 × [\d.]+ mm in true size do not fit 102 × 254/,
    );
    expect(() => checkJob(job([flat(100, 100, 1)], trueSize))).toThrow(/needs an image with Pixel Spacing/);
    expect(() => checkJob(job([]))).toThrow(/nothing to print/);
  });

  it('is previewed to scale', () => {
    // 50 mm on a film of 203.2 mm drawn 812 pixels wide: 200 pixels.
    const png = PNG.sync.read(Buffer.from(filmPreview(job([flat(500, 500, 200, 0.1)], { trueSize: true }), 0, 812)));
    const row = Array.from(
      { length: png.width },
      (_, x) => png.data[4 * (x + png.width * Math.round(png.height / 2 - 20))],
    );
    const bright = row.filter((value) => value === 200).length;
    expect(Math.abs(bright - 199.8)).toBeLessThanOrEqual(1);
  });
});

describe('pictures', () => {
  it('keep their size in mm when they are enlarged, captioned or cut', () => {
    const picture = flat(100, 80, 7, 0.5);
    const large = resize(picture, 300, 240);
    expect(large.width * (large.spacing ?? 0)).toBeCloseTo(50, 9);
    const captioned = withCaption(picture, ['Text']);
    expect(captioned.width * (captioned.spacing ?? 0)).toBeCloseTo(50, 9);
    expect(captioned.data[0]).toBe(7);
    const framed = { ...flat(10, 10, 0, 2), data: new Uint8Array(100) };
    framed.data.set([5, 6], 34);
    expect(withoutBlackEdges(framed)).toMatchObject({ width: 2, height: 1, data: Uint8Array.of(5, 6), spacing: 2 });
    expect(withoutBlackEdges(flat(3, 3, 0))).toMatchObject({ width: 3, height: 3 });
  });

  it('never cover the image by text, and show what cannot be drawn', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 80 }), fc.integer({ min: 1, max: 700 }), (text, width) => {
        const picture = flat(width, 3, 9);
        const factor = Math.max(1, Math.ceil(512 / width));
        const { data, width: wide } = withCaption(picture, [text]);
        expect(data.subarray(0, wide * 3 * factor).every((value) => value === 9)).toBe(true);
      }),
    );
    expect(undrawable('Müller (Ana) #3')).toEqual([]);
    expect(undrawable('山田')).toEqual(['山', '田']);
    const block = withCaption(flat(512, 1, 0), ['山']).data;
    expect(block.filter((value) => value === 255)).toHaveLength(15 * 9);
    expect(wrap('one two three', 8)).toEqual(['ONE TWO', 'THREE']);
  });
});

describe('statuses of printers', () => {
  it('are words', () => {
    expect(printStatusText(0xb605)).toBe(
      'B605H: the density asked for is outside the range of the printer, which uses its own limit',
    );
    expect(printStatusText(0xc6ff)).toBe('C6FFH: unknown status (failure)');
    expect([0xb604, 0xb609, 0xb60a, 0x0107].every(touchesScale)).toBe(true);
    expect(touchesScale(0xb605)).toBe(false);
  });
});
