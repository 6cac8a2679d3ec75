import { afterEach, describe, expect, it, vi } from 'vitest';
import { registerRigid } from '#renderer/compute/registration/frontend.ts';
import { IDENTITY } from '#shared/geometry/affine.ts';
import { phantomOf } from '#test/builders/phantom.ts';

/** A worker that keeps what it was sent and answers when told to. */
class FakeWorker {
  static made: FakeWorker[] = [];
  onmessage: ((event: { data: unknown }) => void) | null = null;
  onerror = null;
  stopped = false;
  sent: { kind: string; id: number; name: string; input: Record<string, unknown> }[] = [];

  constructor() {
    FakeWorker.made.push(this);
  }

  postMessage(message: FakeWorker['sent'][number]): void {
    this.sent.push(message);
  }

  terminate(): void {
    this.stopped = true;
  }
}

afterEach(() => {
  vi.unstubAllGlobals();
});

describe('registration in a worker of the page', () => {
  it('sends the images and the start, tells progress, and ends the worker when cancelled', async () => {
    vi.stubGlobal('Worker', FakeWorker);
    const { ct, mr } = phantomOf('water', 1);
    const region = { min: [0, 0, 0], max: [50, 50, 50] } as const;
    const seen: number[] = [];
    const cancel = new AbortController();
    const options = { initial: IDENTITY, region, signal: cancel.signal, onProgress: (x: number) => seen.push(x) };
    const first = registerRigid(ct, mr, options);
    const [worker] = FakeWorker.made;
    const [call] = worker.sent;
    expect(call).toMatchObject({ kind: 'call', name: 'rigid', input: { initial: IDENTITY, region } });
    expect(call.input['fixed']).toBe(ct);
    expect(call.input['moving']).toBe(mr);
    worker.onmessage?.({ data: { kind: 'progress', id: call.id, fraction: 0.3 } });
    const value = { matrix: IDENTITY, metric: 1.2, quality: 1, warnings: [], seconds: 2 };
    worker.onmessage?.({ data: { kind: 'result', id: call.id, value } });
    expect(await first).toEqual(value);
    expect(seen).toEqual([0.3]);
    const second = registerRigid(ct, mr, options);
    cancel.abort();
    await expect(second).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(worker.stopped).toBe(true);
  });
});
