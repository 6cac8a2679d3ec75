/**
 * Results of `work` for every item, in order, with at most `atOnce` of them under way. After a failure no further item is begun.
 */
export async function inTurns<Item, Result>(
  items: readonly Item[],
  atOnce: number,
  work: (item: Item, n: number) => Promise<Result>,
): Promise<Result[]> {
  const results = new Array<Result>(items.length);
  let next = 0;
  const turn = async (): Promise<void> => {
    while (next < items.length) {
      const n = next++;
      try {
        results[n] = await work(items[n], n);
      } catch (error) {
        next = items.length;
        throw error;
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, turn));
  return results;
}

/**
 * Takes things that come in any order to `use` in their own order 0, 1, 2 …: sums then do not depend on who was first. Whoever
 * brings one waits until it was used, so that no more are held than there are bringers.
 */
export function inOrder<Thing>(use: (thing: Thing) => void): (place: number, thing: Thing) => Promise<void> {
  const held = new Map<number, { readonly thing: Thing; readonly used: () => void }>();
  let next = 0;
  return (place, thing) =>
    new Promise((used) => {
      held.set(place, { thing, used });
      for (let first = held.get(next); first !== undefined; first = held.get(next)) {
        held.delete(next++);
        use(first.thing);
        first.used();
      }
    });
}
