const { port1, port2 } = new MessageChannel();

/** A round trip through a worker's event loop: messages that came meanwhile are heard. */
export const yieldNow = (): Promise<void> =>
  new Promise((resolve) => {
    port2.onmessage = () => resolve();
    port1.postMessage(null);
  });
