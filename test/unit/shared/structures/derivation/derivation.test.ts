import { beforeAll, describe, expect, it } from 'vitest';
import { measureRoi } from '#shared/evaluation/statistics.ts';
import type { Contour, Roi, StructureSet } from '#shared/model/structures.ts';
import {
  derivationOrder, derivationStatuses, dueAfter, pendingDerivation, recipeOf, withRenamedSource,
} from '#shared/structures/derivation/derivation.ts'; // biome-ignore format: one list
import { deriveRoi } from '#shared/structures/derivation/derivedRoi.ts';
import { contoursFingerprint } from '#shared/structures/contours/fingerprint.ts';
import { parseRecipe, recipeText } from '#shared/structures/derivation/recipe.ts';
import { rememberingExpand } from '#shared/structures/margins/rememberingExpand.ts';
import { rederive } from '#shared/structures/derivation/rederive.ts';
import { cube, sphere } from '../shapes.ts';

const image = { ...cube(80, 61, 1, 1), frameOfReferenceUid: '1.2.9' };

function roi(number: number, name: string, contours: readonly Contour[], recipe?: string): Roi {
  return {
    number,
    name,
    type: 'ORGAN',
    color: [255, 0, 0],
    generationAlgorithm: recipe === undefined ? 'MANUAL' : 'SEMIAUTOMATIC',
    frameOfReferenceUid: '1.2.9',
    contours,
    ...(recipe !== undefined && { derivation: pendingDerivation(recipe, contours) }),
  };
}

const setOf = (rois: readonly Roi[]): StructureSet => ({
  sopInstanceUid: '1.2.4',
  label: 'S',
  frameOfReferenceUid: '1.2.9',
  referencedStudyUid: '',
  referencedSeriesUid: '',
  referencedImages: [],
  rois,
  warnings: [],
});

/** The set with all due ROIs made anew. */
function followed(rois: readonly Roi[], changed: readonly string[]): Roi[] {
  const due = dueAfter(rois, new Set(changed)).map(({ number }) => number);
  const made = new Map(rederive(due, setOf(rois), image).map((one) => [one.number, one]));
  expect([...made.values()].map(({ problem }) => problem).filter((text) => text !== undefined)).toEqual([]);
  return rois.map((one) => ({ ...one, ...made.get(one.number)?.changes }));
}
const states = (rois: readonly Roi[]): string[] =>
  rois.filter(({ derivation }) => derivation).map(({ number }) => derivationStatuses(rois).get(number)?.state ?? '');
const cm3 = ({ contours }: Roi): number => measureRoi(contours, image)?.volume ?? 0;
const ball = (r: number): number => (4 / 3) * Math.PI * r ** 3 * 1e-3;

/** In the order of a list, not of making. */
const chain = (): Roi[] => [
  roi(1, 'Ring', [], 'ring(PTV, 2, 5)'),
  roi(2, 'PTV', [], 'margin(CTV, 4)'),
  roi(3, 'CTV', [], 'margin("GTV 1", 3)'),
  roi(4, 'GTV 1', sphere(0, 0, 0, 8, 1)),
];

describe('derived ROIs', () => {
  let made: readonly Roi[];
  beforeAll(() => {
    made = followed(chain(), ['GTV 1']);
  });

  it('are made in the order of a chain GTV, CTV, PTV, ring, and hold afterwards', () => {
    expect(states(chain())).toEqual(['stale', 'stale', 'stale']);
    expect(states(made)).toEqual(['current', 'current', 'current']);
    // 0.1 mm of margin accuracy on each step's surface.
    for (const [index, r] of [[1, 15], [2, 11]] as const) // biome-ignore format: a table
      expect(Math.abs(cm3(made[index]) - ball(r))).toBeLessThan(0.2 * 4 * Math.PI * r * r * 1e-3);
    expect(Math.abs(cm3(made[0]) - (ball(20) - ball(17)))).toBeLessThan(0.3 * 4 * Math.PI * 20 * 20 * 1e-3);
  });

  it('are stale when a source far up changed, follow it, and hold again for the old source', () => {
    const larger = made.map((one) => (one.number === 4 ? { ...one, contours: sphere(2, 0, 0, 10, 1) } : one));
    expect(states(larger)).toEqual(['stale', 'stale', 'stale']);
    expect(dueAfter(larger, new Set(['elsewhere']))).toEqual([]);
    const again = followed(larger, ['GTV 1']);
    expect(cm3(again[1])).toBeGreaterThan(cm3(made[1]) + 5);
    expect(states(again)).toEqual(['current', 'current', 'current']);
    expect(states(again.map((one) => (one.number === 4 ? made[3] : one)))).toEqual(['stale', 'stale', 'stale']);
  });

  it('edited by hand are overridden, left alone, and what follows from them follows the edit', () => {
    const edited = made.map((one) => (one.number === 3 ? { ...one, contours: sphere(0, 0, 0, 13, 1) } : one));
    expect(states(edited)).toEqual(['stale', 'stale', 'overridden']);
    const again = followed(edited, ['CTV']);
    expect(again[2]).toEqual(edited[2]);
    expect(states(again)).toEqual(['current', 'current', 'overridden']);
    expect(Math.abs(cm3(again[1]) - ball(17))).toBeLessThan(0.1 * 4 * Math.PI * 17 * 17 * 1e-3);
    expect(
      dueAfter(
        again.map((one) => (one.number === 4 ? { ...one, contours: sphere(3, 0, 0, 8, 1) } : one)),
        new Set(['GTV 1']),
      ),
    ).toEqual([]);
  });

  it('locked ones are not made anew', () => {
    const [ring, ptv, ctv, gtv] = chain();
    expect(dueAfter([ring, { ...ptv, locked: true }, ctv, gtv], new Set(['GTV 1'])).map(({ name }) => name)).toEqual([
      'CTV',
    ]);
  });

  it('that cannot be made say why', () => {
    const obstacle = (rois: readonly Roi[]): string | undefined => derivationStatuses(rois).get(1)?.obstacle;
    expect(obstacle([roi(1, 'PTV', [], 'margin(GTV, 5)')])).toBe('there is no structure GTV');
    expect(obstacle([roi(1, 'PTV', [], 'margin(GTV, 5)'), roi(2, 'GTV', [])])).toBe('GTV has no contours');
    expect(obstacle([roi(1, 'PTV', [], 'grow(GTV, 5)'), roi(2, 'GTV', [])])).toContain("'grow' is none of");
    expect(obstacle([roi(1, 'PTV', [], 'margin(GTV'), roi(2, 'GTV', [])])).toContain("',' expected");
    expect(obstacle([roi(1, 'P', [], 'margin(G, 5)'), roi(2, 'G', []), roi(3, 'G', [])])).toBe(
      '2 structures are named G',
    );
  });

  it('in a circle are refused by their names', () => {
    const rois = [roi(1, 'A', [], 'margin(B, 1)'), roi(2, 'B', [], 'union(C, A)'), roi(3, 'C', [])];
    expect(() => derivationOrder(rois)).toThrow('A ← B ← A');
    expect(derivationStatuses(rois).get(2)?.obstacle).toContain('A ← B ← A');
    expect(dueAfter(rois, new Set(['C']))).toEqual([]);
  });

  it('go on naming a source that is renamed, quoted where it must be', () => {
    const rois = withRenamedSource(chain(), 'CTV', 'CTV (high)');
    expect(rois[1].derivation?.recipe).toBe('margin("CTV (high)", 4)');
    expect(rois[0]).toEqual(chain()[0]);
    expect(() => withRenamedSource(chain(), 'CTV', 'C"TV')).toThrow('double quote');
  });

  it('made by deriveRoi know their recipe, but not one made from itself', () => {
    const set = setOf([roi(1, 'GTV', sphere(0, 0, 0, 8, 1))]);
    const ptv = deriveRoi(parseRecipe('PTV = margin(GTV, 5, left=3)'), set, image).roi;
    expect(ptv.derivation?.recipe).toBe('margin(GTV, 5, left=3)');
    expect(states([...set.rois, ptv])).toEqual(['current']);
    expect(deriveRoi(parseRecipe('GTV = margin(GTV, 5)'), set, image).roi.derivation).toBeUndefined();
    const locked = setOf([...set.rois, { ...ptv, locked: true }]);
    expect(() => deriveRoi(parseRecipe('PTV = margin(GTV, 6)'), locked, image)).toThrow('locked');
  });
});

describe('margins remembered', () => {
  it('are made once for the same contours, and given as copies that may be given away', () => {
    let made = 0;
    const expand = rememberingExpand((contours) => {
      made++;
      return contours.map((contour) => ({ ...contour }));
    });
    const ball = sphere(0, 0, 0, 5, 1);
    const first = expand(ball, 5, image);
    first[0].points.fill(0);
    const clone = ball.map(({ type, points }) => ({ type, points: points.slice() }));
    expect(expand(clone, 5, image)).toEqual(ball);
    expect(made).toBe(1);
    expand(ball, 6, image);
    expand(ball, 5, { ...image, spacing: [1, 1, 2] });
    expand(sphere(0, 0, 0, 6, 1), 5, image);
    expect(made).toBe(4);
    for (let mm = 10; mm < 30; mm++) expand(ball, mm, image);
    expand(ball, 5, image);
    expect(made).toBe(25);
  });
});

describe('fingerprints of contours', () => {
  it('see a vertex moved by the finest step that is stored, a type, an order; not an image reference', () => {
    const contours = sphere(0, 0, 0, 5, 1);
    const print = contoursFingerprint(contours);
    expect(print).toMatch(/^[0-9a-f]{16}$/);
    const moved = contours.map((contour, n) => {
      const points = Float64Array.from(contour.points);
      if (n === 2) points[4] += 1.01e-4;
      return { ...contour, points };
    });
    const rounded = contours.map((contour) => ({
      ...contour,
      points: contour.points.map((mm) => Math.round(mm * 1e4) / 1e4),
    }));
    expect(contoursFingerprint(moved)).not.toBe(print);
    expect(contoursFingerprint(rounded)).toBe(print);
    expect(contoursFingerprint(contours.toReversed())).not.toBe(print);
    expect(contoursFingerprint(contours.map((c) => ({ ...c, type: 'OPEN_PLANAR' as const })))).not.toBe(print);
    expect(contoursFingerprint(contours.map((c) => ({ ...c, referencedSopInstanceUid: '1.2' })))).toBe(print);
  });
});

describe('recipes as text', () => {
  it.each(['margin("GTV 1", 5, left=3)', 'inside(margin(GTV, 5), BODY, 5)', 'subtract(A, ring(B, -2, 4), "12")'])(
    '%s comes out as it went in',
    (text) => {
      expect(recipeText(parseRecipe(`X = ${text}`).expression)).toBe(text);
      expect(recipeOf(roi(1, 'The PTV', [], text))?.target).toBe('The PTV');
    },
  );
});
