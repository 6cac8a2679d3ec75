/**
 * Does `work` on a few items at a time and yields the results in the order of the items.
 * @param width how many are in work at once
 */
export async function* readSome<Item, Result>(
  items: Iterable<Item> | AsyncIterable<Item>,
  width: number,
  work: (item: Item) => Promise<Result>,
): AsyncGenerator<Result, void, undefined> {
  const running: Promise<Result>[] = [];
  try {
    for await (const item of items) {
      const result = work(item);
      // Whoever stops early, or fails, leaves others unwaited for.
      result.catch(() => undefined);
      running.push(result);
      if (running.length < width) continue;
      const [first] = running.splice(0, 1);
      yield await first;
    }
    while (running.length > 0) {
      const [first] = running.splice(0, 1);
      yield await first;
    }
  } finally {
    await Promise.allSettled(running);
  }
}
