import { describe, expect, it } from 'vitest';
import { inOrder, inTurns } from '#shared/dosimetry/parallel/inTurns.ts';

const soon = (turns: number): Promise<void> =>
  turns <= 0 ? Promise.resolve() : Promise.resolve().then(() => soon(turns - 1));

describe('work in turns', () => {
  it('keeps order and the number at once', async () => {
    let [running, most] = [0, 0];
    const found = await inTurns([5, 1, 4, 2, 3], 2, async (item, n) => {
      most = Math.max(most, ++running);
      await soon(item);
      running--;
      return `${n}:${item}`;
    });
    expect(found).toEqual(['0:5', '1:1', '2:4', '3:2', '4:3']);
    expect(most).toBe(2);
  });

  it('begins nothing after a failure', async () => {
    const begun: number[] = [];
    const run = inTurns([0, 1, 2, 3, 4], 2, async (item) => {
      begun.push(item);
      await soon(item);
      if (item === 1) throw new Error('no');
    });
    await expect(run).rejects.toThrow('no');
    await soon(20);
    expect(begun).not.toContain(4);
  });
});

describe('things in order', () => {
  it('are used by their place, and hold back whoever is too early', async () => {
    const used: string[] = [];
    const put = inOrder((thing: string) => used.push(thing));
    let early = false;
    const late = put(1, 'b').then(() => {
      early = true;
    });
    await soon(3);
    expect([used, early]).toEqual([[], false]);
    await put(0, 'a');
    await late;
    await put(2, 'c');
    expect(used).toEqual(['a', 'b', 'c']);
  });
});
