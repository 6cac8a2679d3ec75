import { beforeEach, expect, it, vi } from 'vitest';
import type { FromOptimizer, OptimizationRequest, ToOptimizer } from '#renderer/compute/optimization/base.ts';
import { type OptimizationListener, OptimizerRun } from '#renderer/compute/optimization/frontend.ts';

class FakeWorker {
  readonly posted: ToOptimizer[] = [];
  ended = false;
  onmessage: ((event: { readonly data: FromOptimizer }) => void) | null = null;
  onmessageerror: (() => void) | null = null;
  onerror: ((event: { readonly message: string; preventDefault: () => void }) => void) | null = null;
  constructor() {
    workers.push(this);
  }
  postMessage(message: ToOptimizer): void {
    // As browsers do: what cannot be cloned is no message.
    structuredClone(message);
    this.posted.push(message);
  }
  terminate(): void {
    this.ended = true;
  }
  say(data: FromOptimizer): void {
    this.onmessage?.({ data });
  }
}

const workers: FakeWorker[] = [];
let told: [string, unknown][];
let listener: OptimizationListener;
let run: OptimizerRun;

beforeEach(() => {
  vi.stubGlobal('Worker', FakeWorker);
  told = [];
  const tell = (what: string) => (value: unknown) => void told.push([what, value]);
  listener = {
    onPhase: tell('phase'),
    onReport: tell('report'),
    onPaused: tell('paused'),
    onRefused: tell('refused'),
    onDone: tell('done'),
    onFailed: tell('failed'),
  };
  run = new OptimizerRun({ settings: {} } as OptimizationRequest, listener);
});

const worker = (): FakeWorker => workers[workers.length - 1];

it('says to the worker what the user wants, and that a report was heard', () => {
  run.changeObjectives([]);
  run.pause();
  run.resume();
  run.proceed('fluence');
  worker().say({ kind: 'report', report: { iterations: [], dvhs: [] } });
  expect(worker().posted.map(({ kind }) => kind)).toEqual([
    'start', 'objectives', 'pause', 'resume', 'proceed', 'heard',
  ]); // biome-ignore format: one line
  worker().say({ kind: 'paused' });
  worker().say({ kind: 'resumed' });
  expect(told.map(([what]) => what)).toEqual(['report', 'paused', 'paused']);
  expect(told.slice(1)).toEqual([
    ['paused', true],
    ['paused', false],
  ]);
});

it('ends the worker with the last word, which frees what it holds', () => {
  worker().say({ kind: 'done', result: { warnings: [] } });
  expect([told, worker().ended]).toEqual([[['done', { warnings: [] }]], true]);
});

it('tells an error with its code', () => {
  worker().say({ kind: 'failed', error: { code: 'DOSE', message: 'no bixel reaches it', object: 'PTV' } });
  expect(told).toMatchObject([['failed', { code: 'DOSE', object: 'PTV' }]]);
  expect(worker().ended).toBe(true);
});

it.each([
  ['out of memory', () => worker().onerror?.({ message: 'out of memory', preventDefault: () => undefined })],
  ['it could not be loaded', () => worker().onerror?.({ message: '', preventDefault: () => undefined })],
  ['what it tells cannot be read', () => worker().onmessageerror?.()],
])('tells that a worker broke down: %s', (reason, fail) => {
  fail();
  expect(told).toMatchObject([['failed', { message: `the optimisation broke down: ${reason}` }]]);
  expect(worker().ended).toBe(true);
});

it('refuses a request that cannot be posted, and keeps no worker for it', () => {
  const request = { settings: {}, machines: [() => 0] } as unknown as OptimizationRequest;
  expect(() => new OptimizerRun(request, listener)).toThrow(/could not be started: .* could not be cloned/);
  expect(worker().ended).toBe(true);
  expect(told).toEqual([]);
});

it('is silent after it was stopped', () => {
  const { onmessage } = worker();
  run.stop();
  expect(worker().ended).toBe(true);
  expect(worker().onmessage).toBeNull();
  expect(onmessage).not.toBeNull();
});
