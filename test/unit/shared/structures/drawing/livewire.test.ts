import { describe, expect, it } from 'vitest';
import { livewireFrom, windowAbout } from '#shared/structures/drawing/livewire.ts';
import { cheapestWays } from '#shared/structures/drawing/livewireGraph.ts';

const SIZE = 121;

/** A disc of radius 30 mm about the origin, 100 over 0, its edge blurred over about 2 mm, with noise of a tenth of the step. */
function disc(u0: number, v0: number, noise: number): Float32Array {
  let seed = 7;
  const random = (): number => {
    seed = (seed * 1103515245 + 12345) % 2 ** 31;
    return seed / 2 ** 31 - 0.5;
  };
  return Float32Array.from({ length: SIZE * SIZE }, (_, p) => {
    const r = Math.hypot(u0 + (p % SIZE), v0 + Math.floor(p / SIZE));
    return 100 / (1 + Math.exp((r - 30) / 0.7)) + noise * random();
  });
}

describe('livewire', () => {
  it.each([0, 20])('follows the edge of a disc from click to click within half a pixel, noise %s of 100', (noise) => {
    let previous: readonly [number, number] = [30, 0];
    const wire: number[] = [];
    for (const degrees of [70, 150, 230, 300, 360]) {
      const angle = (degrees * Math.PI) / 180;
      const to = [30 * Math.cos(angle), 30 * Math.sin(angle)] as const;
      const window = windowAbout(...previous, 1, SIZE);
      wire.push(...livewireFrom(window, disc(window.u0, window.v0, noise)).pathTo(...to));
      previous = to;
    }
    const off: number[] = [];
    for (let i = 0; i < wire.length; i += 2) off.push(Math.abs(Math.hypot(wire[i], wire[i + 1]) - 30));
    expect(off.length).toBeGreaterThan(150);
    expect(off.reduce((sum, value) => sum + value, 0) / off.length).toBeLessThan(noise === 0 ? 0.1 : 0.35);
    expect(Math.max(...off)).toBeLessThan(noise === 0 ? 0.5 : 1.5);
  });

  it('starts on the edge beside the click and ends on the one beside the pointer, within its window', () => {
    const window = windowAbout(31.4, 0, 1, SIZE);
    const live = livewireFrom(window, disc(window.u0, window.v0, 0));
    const path = live.pathTo(0, 31.3);
    expect(Math.hypot(path[0], path[1])).toBeCloseTo(30, 0);
    expect(Math.hypot(path[path.length - 2], path[path.length - 1])).toBeCloseTo(30, 0);
    const far = live.pathTo(500, 500);
    expect(Math.max(...far)).toBeLessThanOrEqual(31.4 + (SIZE - 1) / 2);
  });

  it('goes straight where there is no edge, and keeps clear of what lies outside the image', () => {
    const window = windowAbout(0, 0, 1, SIZE);
    const live = livewireFrom(window, new Float32Array(SIZE * SIZE).fill(5));
    expect(live.pathTo(40, 0).length / 2).toBe(41);
    const half = Float32Array.from({ length: SIZE * SIZE }, (_, p) => (p % SIZE > 60 ? Number.NaN : 0));
    expect(livewireFrom(window, half).pathTo(10, 10).every(Number.isFinite)).toBe(true);
  });

  it('finds the cheapest way: as a plain Dijkstra does', () => {
    const size = 12;
    const cost = (p: number, q: number, diagonal: boolean): number =>
      (((p * 31 + q * 17) % 97) / 97) * (diagonal ? 1.4 : 1);
    const before = cheapestWays(size, 5 + 5 * size, cost);
    const steps = (p: number, q: number, diagonal: boolean): number =>
      Math.max(1, Math.min(254, Math.round(128 * cost(p, q, diagonal))));
    const links = (p: number): [number, boolean][] =>
      [-1, 0, 1].flatMap((dj) =>
        [-1, 0, 1].flatMap((di): [number, boolean][] => {
          const [x, y] = [(p % size) + di, Math.floor(p / size) + dj];
          const inside = x >= 1 && y >= 1 && x <= size - 2 && y <= size - 2;
          return inside && (di !== 0 || dj !== 0) ? [[x + size * y, di !== 0 && dj !== 0]] : [];
        }),
      );
    const distance = new Array<number>(size * size).fill(Infinity);
    distance[5 + 5 * size] = 0;
    for (let round = 0; round < size * size; round++)
      for (let p = 0; p < size * size; p++)
        for (const [q, diagonal] of links(p)) distance[q] = Math.min(distance[q], distance[p] + steps(p, q, diagonal));
    const walked = (p: number): number => {
      let sum = 0;
      for (let q = p; before[q] >= 0; q = before[q])
        sum += steps(
          before[q],
          q,
          links(before[q]).some(([to, d]) => to === q && d),
        );
      return sum;
    };
    for (let j = 1; j < size - 1; j++)
      for (let i = 1; i < size - 1; i++) expect(walked(i + size * j)).toBe(distance[i + size * j]);
  });
});
