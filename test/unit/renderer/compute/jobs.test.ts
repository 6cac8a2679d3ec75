import { describe, expect, it, vi } from 'vitest';
import { type JobHandlers, type JobScope, serveJobs } from '#renderer/compute/jobs/backend.ts';
import type { JobRequest, JobResponse } from '#renderer/compute/jobs/base.ts';
import { JobClient, type JobWorker } from '#renderer/compute/jobs/frontend.ts';
import { IsocenterError } from '#shared/contract/errors.ts';

interface TestJobs {
  double: { input: Float32Array; output: { values: Float32Array } };
  refuse: { input: null; output: null };
  crash: { input: null; output: null };
  wait: { input: null; output: string };
}

let seenAborted = false;
const handlers: JobHandlers<TestJobs> = {
  double: (input, { onProgress }) => {
    onProgress(0.5);
    return { values: input.map((value) => value * 2) };
  },
  refuse: () => {
    throw new IsocenterError('GEOMETRY', 'oblique', { object: 'PTV', attribute: 'ContourData' });
  },
  crash: () => {
    throw new TypeError('x is undefined');
  },
  wait: async (_input, { signal }) => {
    while (!signal.aborted) await new Promise((resolve) => setTimeout(resolve, 1));
    seenAborted = true;
    return 'too late';
  },
};

/** A worker in this thread whose messages pass through structured clone, transfers included. */
function fakeWorker(log: string[]): JobWorker {
  const scope: JobScope = {
    onmessage: null,
    postMessage: (message, transfer) => {
      const data = structuredClone(message, { transfer });
      queueMicrotask(() => worker.onmessage?.({ data } as MessageEvent<JobResponse>));
    },
  };
  serveJobs(handlers, scope);
  const worker: JobWorker = {
    onmessage: null,
    onerror: null,
    postMessage: (message: JobRequest, transfer) => {
      const data = structuredClone(message, { transfer });
      queueMicrotask(() => scope.onmessage?.({ data }));
    },
    terminate: () => {
      log.push('terminated');
      worker.onmessage = null;
    },
  };
  log.push('started');
  return worker;
}

const client = (): { jobs: JobClient<TestJobs>; log: string[] } => {
  const log: string[] = [];
  return { jobs: new JobClient<TestJobs>(() => fakeWorker(log)), log };
};

describe('jobs', () => {
  it('give results and progress, and leave the input with the caller', async () => {
    const { jobs, log } = client();
    const input = Float32Array.of(1, 2);
    const seen: number[] = [];
    const { values } = await jobs.call('double', input, { onProgress: (fraction) => seen.push(fraction) });
    expect([...values]).toEqual([2, 4]);
    expect(seen).toEqual([0.5]);
    expect(input.length).toBe(2);
    await jobs.call('double', input);
    expect(log).toEqual(['started']);
    expect(jobs.load).toBe(0);
  });

  it('carry our errors with code, object and attribute', async () => {
    await expect(client().jobs.call('refuse', null)).rejects.toMatchObject({
      name: 'IsocenterError', code: 'GEOMETRY', message: 'oblique', object: 'PTV', attribute: 'ContourData',
    }); // biome-ignore format: one line
    await expect(client().jobs.call('crash', null)).rejects.toMatchObject({
      code: 'INTERNAL',
      message: 'x is undefined',
    });
  });

  it('cancelling the only call ends the worker; the next call starts another', async () => {
    const { jobs, log } = client();
    const abort = new AbortController();
    const waiting = jobs.call('wait', null, { signal: abort.signal });
    abort.abort();
    await expect(waiting).rejects.toMatchObject({ code: 'CANCELLED' });
    await jobs.call('double', Float32Array.of(1));
    expect(log).toEqual(['started', 'terminated', 'started']);
  });

  it('cancelling the only call of a worker that keeps what it knows ends the call alone', async () => {
    const log: string[] = [];
    const jobs = new JobClient<TestJobs>(() => fakeWorker(log), { keep: true });
    seenAborted = false;
    const abort = new AbortController();
    const call = jobs.call('wait', null, { signal: abort.signal });
    abort.abort();
    await expect(call).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(await jobs.call('double', Float32Array.of(1))).toEqual({ values: Float32Array.of(2) });
    await vi.waitFor(() => expect(seenAborted).toBe(true));
    expect(log).toEqual(['started']);
  });

  it('cancelling one of several calls spares the others', async () => {
    const { jobs, log } = client();
    seenAborted = false;
    const abort = new AbortController();
    const waiting = jobs.call('wait', null, { signal: abort.signal });
    const other = jobs.call('double', Float32Array.of(3));
    await Promise.resolve();
    abort.abort();
    await expect(waiting).rejects.toMatchObject({ code: 'CANCELLED' });
    expect([...(await other).values]).toEqual([6]);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(seenAborted).toBe(true);
    expect(log).toEqual(['started']);
  });

  it('a signal that fired before the call never reaches the worker', async () => {
    const { jobs, log } = client();
    await expect(jobs.call('double', Float32Array.of(1), { signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: 'CANCELLED',
    });
    expect(log).toEqual([]);
  });

  it('an input that cannot be cloned is an error, not a promise that never settles', async () => {
    const { jobs } = client();
    const bad = (() => undefined) as unknown as Float32Array;
    await expect(jobs.call('double', bad)).rejects.toMatchObject({ code: 'INTERNAL' });
    expect(jobs.load).toBe(0);
  });
});
