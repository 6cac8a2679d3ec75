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

/** How often an idle event stream says that it lives, ms. */
const HEARTBEAT = 15_000;
const LIFE = { event: 'heartbeat' } as const;

/** Events as they come, until the listener goes away; the first heartbeat tells that nothing from now on is missed. */
export async function* eventStream<T>(
  subscribe: (push: (event: T) => void) => () => void,
  signal: AbortSignal | undefined,
): AsyncGenerator<T | typeof LIFE> {
  const channel = createChannel<T | typeof LIFE>();
  const stop = subscribe((event) => channel.push(event));
  const timer = setInterval(() => channel.push(LIFE), HEARTBEAT);
  const close = (): void => channel.close();
  signal?.addEventListener('abort', close);
  try {
    yield LIFE;
    for (let event = await channel.next(); event !== undefined; event = await channel.next()) yield event;
  } finally {
    stop();
    clearInterval(timer);
    signal?.removeEventListener('abort', close);
  }
}
