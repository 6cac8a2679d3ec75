/** Turns callbacks into something that can be awaited in a loop: what is pushed comes out in order. */
export interface Channel<T> {
  push(value: T): void;
  /** Ends the loop after what was pushed; with an error, the loop throws it. */
  close(error?: Error): void;
  /** The next value, `undefined` at the end. */
  next(): Promise<T | undefined>;
}

export function createChannel<T>(): Channel<T> {
  const values: T[] = [];
  let closed: { error: Error | undefined } | undefined;
  let wake: () => void = () => undefined;
  return {
    push(value) {
      values.push(value);
      wake();
    },
    close(error) {
      closed ??= { error };
      wake();
    },
    async next() {
      for (;;) {
        if (values.length > 0) return values.shift();
        if (closed?.error !== undefined) throw closed.error;
        if (closed) return undefined;
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
  };
}
