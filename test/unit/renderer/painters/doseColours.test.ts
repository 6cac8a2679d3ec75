import { beforeEach, expect, it } from 'vitest';
import { doseWashPixels } from '#renderer/viewports/layers/doseWash.ts';
import { differenceColour, differencePixels } from '#renderer/viewports/painters/dose/differencePainter.ts';
import { GIVEN_SETS, keepSet, ownSets } from '#renderer/viewports/painters/dose/isodoseSets.ts';
import { planeViewOf } from '#renderer/viewports/plane/projection.ts';
import { gammaColour } from '#renderer/workspaces/evaluation/gamma/gammaPainter.ts';
import { AXIAL, type Volume } from '#shared/geometry/volume.ts';

/** 0 to 9 Gy along x on voxels of 10 mm, drawn with a pixel a millimetre. */
const rising: Volume<Float32Array> = {
  dims: [10, 3, 3], spacing: [10, 10, 10], origin: [0, 0, 0], direction: AXIAL,
  data: Float32Array.from({ length: 90 }, (_, p) => p % 10),
}; // biome-ignore format: a grid
const view = planeViewOf({
  id: 'axial',
  axes: { right: [1, 0, 0], down: [0, 1, 0], normal: [0, 0, 1] },
  centre: [45, 10, 10],
  scale: 1,
  width: 90,
  height: 10,
});

beforeEach(() => {
  const kept = new Map<string, string>();
  Object.defineProperty(globalThis, 'localStorage', {
    configurable: true,
    value: { getItem: (key: string) => kept.get(key) ?? null, setItem: (key: string, text: string) => kept.set(key, text) },
  });
}); // biome-ignore format: a stand-in

it('a difference is red above, blue below, clear at zero and where it is not known', () => {
  expect(differenceColour(1).slice(0, 3)).toEqual([255, 70, 40]);
  expect(differenceColour(-3)).toEqual([50, 120, 255, 170]);
  for (const t of [0, 0.01, Number.NaN]) expect(differenceColour(t)[3]).toBe(0);
  const middle = { ...rising, data: rising.data.map((gray) => gray - 4.5) };
  const { width, pixels } = differencePixels(middle, view, 4.5);
  const redOf = (x: number): number => pixels[4 * (2 * width + Math.floor(x / 2))];
  expect([redOf(20), redOf(70)]).toEqual([50, 255]);
});

it('gamma is green up to 1, from yellow to red beyond, clear where it was not judged', () => {
  expect(gammaColour(1)).toEqual([40, 200, 120, 130]);
  expect(gammaColour(1.001)[0]).toBe(255);
  expect(gammaColour(5).slice(0, 3)).toEqual([255, 0, 0]);
  expect(gammaColour(Number.NaN)[3]).toBe(0);
});

it('bands have the colour of the highest level that the dose reaches', () => {
  const bands = [
    { from: 6, color: [255, 0, 0] as const },
    { from: 3, color: [0, 0, 255] as const },
  ];
  const { width, pixels } = doseWashPixels(rising, view, { min: 3, max: 9, opacity: 1, prescription: 9, bands }, 1);
  const at = (x: number): number[] => Array.from(pixels.subarray(4 * (5 * width + x), 4 * (5 * width + x) + 4));
  // A pixel's centre lies half a millimetre in: 3 Gy are reached at 30 mm.
  expect([at(28), at(32), at(57), at(62)]).toEqual([
    [0, 0, 0, 0], [0, 0, 255, 255], [0, 0, 255, 255], [255, 0, 0, 255],
  ]); // biome-ignore format: four places
});

it('sets of levels are kept; what was spoilt on the disk is as if it were not there', () => {
  for (const { levels } of GIVEN_SETS) expect(new Set(levels.map(({ color }) => color)).size).toBe(levels.length);
  const own = {
    name: 'Mine',
    unit: 'gray' as const,
    levels: [{ value: 12, color: [1, 2, 3] as const, visible: true }],
  };
  keepSet(own);
  keepSet({ ...own, unit: 'percent' });
  expect(ownSets()).toEqual([{ ...own, unit: 'percent' }]);
  globalThis.localStorage.setItem('isocenter.isodoseSets', '[{"name":"","levels":7}]');
  expect(ownSets()).toEqual([]);
  globalThis.localStorage.setItem('isocenter.isodoseSets', '{');
  expect(ownSets()).toEqual([]);
});
