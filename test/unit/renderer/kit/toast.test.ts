import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { dismissAllToasts, dismissToast, holdToasts, toast, useToasts } from '#renderer/kit/toast.ts';

const texts = (): string[] => useToasts.getState().toasts.map(({ text }) => text);

beforeEach(() => {
  vi.useFakeTimers();
  dismissAllToasts();
});
afterEach(() => void vi.useRealTimers());

it('errors stay until they are dismissed, whatever comes after them; the others go', () => {
  toast('no leaf goes there', 'error');
  for (let n = 0; n < 8; n++) toast(`beam ${n} saved`, 'success');
  expect(texts()).toEqual(['beam 7 saved', 'beam 6 saved', 'beam 5 saved', 'beam 4 saved', 'beam 3 saved', 'no leaf goes there']);
  vi.advanceTimersByTime(60_000);
  expect(texts()).toEqual(['no leaf goes there']);
  dismissToast(useToasts.getState().toasts[0].id);
  expect(texts()).toEqual([]);
}); // biome-ignore format: a list

it('the same words again are one message, the newest', () => {
  toast('no leaf goes there', 'error');
  toast('Dose computed', 'success');
  toast('no leaf goes there', 'error');
  expect(texts()).toEqual(['no leaf goes there', 'Dose computed']);
});

it('long ones stay longer, and none goes while they are read', () => {
  toast('short');
  toast('x'.repeat(260));
  vi.advanceTimersByTime(7000);
  expect(texts()).toHaveLength(1);
  holdToasts(true);
  vi.advanceTimersByTime(60_000);
  expect(texts()).toHaveLength(1);
  holdToasts(false);
  vi.advanceTimersByTime(2000);
  expect(texts()).toEqual([]);
  expect(useToasts.getState().held).toBe(false);
});
