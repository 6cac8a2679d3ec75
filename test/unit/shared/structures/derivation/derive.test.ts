import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { measureRoi } from '#shared/evaluation/statistics.ts';
import type { Contour, Roi, StructureSet } from '#shared/model/structures.ts';
import { deriveContours, sourcesOf } from '#shared/structures/derivation/derive.ts';
import { deriveRoi } from '#shared/structures/derivation/derivedRoi.ts';
import { parseRecipe } from '#shared/structures/derivation/recipe.ts';
import { circle, cube, rectangle, sphere } from '../shapes.ts';

const grid = cube(100, 81, 1, 1);
const shapes = new Map<string, readonly Contour[]>([
  ['GTV', sphere(0, 0, 0, 12, 1)],
  ['Box', Array.from({ length: 40 }, (_, n) => rectangle(-20, -15, 20, 15, n - 19))],
  ['Half', Array.from({ length: 40 }, (_, n) => rectangle(0, -15, 20, 15, n - 19))],
  ['Cord', Array.from({ length: 61 }, (_, n) => circle(16, 0, 6, n - 30))],
  ['Lung L', sphere(-5, 0, 0, 10, 1)],
]);
const contoursOf = (text: string): Contour[] =>
  deriveContours(parseRecipe(text), (name) => shapes.get(name) ?? [], grid);
const cm3 = (text: string): number => measureRoi(contoursOf(`X = ${text}`), grid)?.volume ?? 0;
const ball = (r: number): number => (4 / 3) * Math.PI * r ** 3 * 1e-3;
const error = (code: string, ...words: readonly string[]): unknown =>
  expect.objectContaining({ code, message: expect.stringContaining(words.join('')) as unknown });

describe('recipes against volumes in closed form', () => {
  /** 0.1 mm anywhere on the surfaces, what margins are good to on 1 mm slices. */
  const slack = (...radii: readonly number[]): number =>
    radii.reduce((sum, r) => sum + 0.1 * 4 * Math.PI * r * r * 1e-3, 0);

  it.each([
    ['margin(GTV, 5)', ball(17), slack(17)],
    ['margin(GTV, -4)', ball(8), slack(8)],
    ['margin(GTV, 5, left=5)', ball(17), slack(17)],
    ['ring(GTV, 3, 10)', ball(22) - ball(15), slack(22, 15)],
    ['ring(GTV, -4, 0)', ball(12) - ball(8), slack(12, 8)],
    ['inside(GTV, margin(GTV, 2), 6)', ball(8), slack(8)],
  ])('%s of a sphere of 12 mm', (text, volume, tolerance) => {
    expect(Math.abs(cm3(text) - volume)).toBeLessThan(tolerance);
  });

  it('booleans of boxes, exactly', () => {
    // 40 × 30 and 20 × 30 mm on 40 slices of 1 mm.
    expect(cm3('union(Box, Half)')).toBeCloseTo(48, 6);
    expect(cm3('intersect(Box, Half)')).toBeCloseTo(24, 6);
    expect(cm3('subtract(Box, Half)')).toBeCloseTo(24, 6);
    expect(cm3('xor(Box, Half)')).toBeCloseTo(24, 6);
    expect(cm3('subtract(Box, Half, subtract(Box, Half))')).toBe(0);
  });

  it('a crop keeps its distance in space, also from the end of a structure', () => {
    const cropped = contoursOf('X = crop(Box, Cord, 4)');
    const [nearest, end] = cropped.reduce(
      ([low, far], { points }) => {
        for (let i = 0; i < points.length; i += 3) low = Math.min(low, Math.hypot(points[i] - 16, points[i + 1]));
        return [low, far + 1];
      },
      [Infinity, 0],
    );
    // 6 mm and 4 mm; the outline of the grown cylinder is good to 0.1 mm.
    expect(nearest).toBeGreaterThan(9.9);
    expect(nearest).toBeLessThan(10.1);
    expect(end).toBe(40);
    // Without the cord at the height of the box there is nothing to be cropped beyond the gap and the slab of its last contour.
    const above = shapes.get('Cord')?.filter((contour) => contour.points[2] > 24) ?? [];
    const whole = deriveContours(
      parseRecipe('X = crop(Box, C, 3)'),
      (name) => (name === 'C' ? above : (shapes.get(name) ?? [])),
      grid,
    );
    expect(measureRoi(whole, grid)?.volume).toBeCloseTo(48, 6);
  });

  it('margins grow with the distance and never cross each other', () => {
    fc.assert(
      fc.property(
        fc.double({ min: -8, max: 10, noNaN: true }),
        fc.double({ min: 0.5, max: 4, noNaN: true }),
        (mm, more) => {
          const rest = cm3(`subtract(margin(Cord, ${mm.toFixed(3)}), margin(Cord, ${(mm + more).toFixed(3)}))`);
          expect(rest).toBeLessThan(0.001);
          expect(cm3(`margin(Cord, ${(mm + more).toFixed(3)})`)).toBeGreaterThanOrEqual(
            cm3(`margin(Cord, ${mm.toFixed(3)})`),
          );
        },
      ),
      { numRuns: 3 },
    );
  });

  it('union and intersection with itself change nothing, nested calls read as written', () => {
    expect(cm3('union(GTV, GTV, GTV)')).toBeCloseTo(cm3('GTV'), 6);
    expect(cm3('intersect(GTV, GTV)')).toBeCloseTo(cm3('GTV'), 6);
    const direct = cm3('subtract("Lung L", GTV)');
    expect(cm3('intersect("Lung L", xor("Lung L", GTV))')).toBeCloseTo(direct, 3);
    expect(sourcesOf(parseRecipe('O = subtract(union("Lung L",GTV), margin(GTV,5))'))).toEqual(['Lung L', 'GTV']);
  });
});

describe('what cannot be made is said', () => {
  it.each([
    ['margin(GTV, 5)', "'=' expected after 'margin', not '('"],
    ['PTV', "'=' expected after 'PTV', not the end"],
    ['PTV = ', 'a structure or an operation expected, not the end'],
    ['PTV = margin(GTV, 5', "',' expected in margin(…), not the end"],
    ['PTV = margin(GTV 5)', "',' expected in margin(…), not '5'"],
    ['PTV = Lung L', "'L' is left over; a name with spaces stands in double quotes"],
    ['5 = GTV', "the name of the new structure expected, not '5'"],
    ['PTV = "GTV', 'cannot read on at "GTV'],
    ['PTV = grow(GTV, 5)', "'grow' is none of union, intersect, subtract, xor, margin, ring, crop, inside"],
    ['PTV = margin(GTV)', 'write margin(A, MM) or margin(A, MM, DIRECTION=MM, …)'],
    ['PTV = margin(GTV, 5, up=3)', 'DIRECTION one of right, left, anterior, posterior, inferior, superior'],
    ['PTV = margin(GTV, 5, left=-3)', 'margins must all grow or all shrink; nest two for both'],
    ['PTV = margin(GTV, left=3, left=4)', "'left' is given twice in margin(…)"],
    ['PTV = union(GTV)', 'write union(A, B, …), lengths in mm'],
    ['PTV = ring(GTV, 5, 3)', 'a ring reaches from a lesser to a greater distance, not from 5 to 3 mm'],
    ['PTV = crop(GTV, Cord, -3)', 'the gap is 0 mm or more, not -3'],
  ])('%s', (text, words) => {
    expect(() => contoursOf(text)).toThrow(error('USAGE', words));
  });
});

describe('deriveRoi', () => {
  const roi = (number: number, name: string, contours: readonly Contour[]): Roi => ({
    number,
    name,
    type: 'ORGAN',
    color: [1, 2, 3],
    generationAlgorithm: 'MANUAL',
    frameOfReferenceUid: '1.2',
    contours,
  });
  const set: StructureSet = {
    sopInstanceUid: '1.3',
    label: 'test',
    frameOfReferenceUid: '1.2',
    referencedStudyUid: '',
    referencedSeriesUid: '',
    referencedImages: [],
    rois: [roi(4, 'GTV', shapes.get('GTV') ?? []), roi(7, 'Empty', []), roi(8, 'Twin', []), roi(9, 'Twin', [])],
    warnings: [],
  };
  const image = { ...grid, frameOfReferenceUid: '1.2' };
  const derive = (text: string, where = image) => deriveRoi(parseRecipe(text), set, where);

  it('gives a new structure the next number and the type its name stands for', () => {
    expect(derive('PTV = margin(GTV, 3)')).toMatchObject({
      roi: { number: 10, name: 'PTV', type: 'PTV', generationAlgorithm: 'SEMIAUTOMATIC', frameOfReferenceUid: '1.2' },
      warnings: [],
    });
    expect(derive('RING = ring(GTV, 3, 8)').roi.type).toBe('CONTROL');
    expect(derive('Lungs-GTV = subtract(GTV, GTV)')).toMatchObject({
      roi: { type: 'ORGAN', contours: [] },
      warnings: ['Lungs-GTV = subtract(GTV, GTV): nothing is left, Lungs-GTV has no contours'],
    });
  });

  it('makes a known one anew under its number and colour, and says so', () => {
    expect(derive('GTV = margin(GTV, 1)')).toMatchObject({
      roi: { number: 4, type: 'ORGAN', color: [1, 2, 3] },
      warnings: ['GTV was in the structure set and is made anew'],
    });
  });

  it('names the structure that is missing, empty, ambiguous or elsewhere', () => {
    expect(() => derive('P = margin(gtv, 3)')).toThrow(
      error('NOT_FOUND', "no structure 'gtv' in the set; it has GTV, Empty"),
    );
    expect(() => derive('P = margin(Empty, 3)')).toThrow(
      expect.objectContaining({ code: 'NOT_FOUND', object: 'Empty' }),
    );
    expect(() => derive('P = margin(Twin, 3)')).toThrow(expect.objectContaining({ code: 'CONFLICT', object: 'Twin' }));
    expect(() => derive('P = margin(GTV, 3)', { ...image, frameOfReferenceUid: '9' })).toThrow(
      expect.objectContaining({ code: 'FRAME_OF_REFERENCE', object: 'GTV' }),
    );
  });
});
