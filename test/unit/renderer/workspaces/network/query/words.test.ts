import { describe, expect, it } from 'vitest';
import { dicomDateOf } from '#renderer/workspaces/network/query/dates.ts';
import { endText } from '#renderer/workspaces/network/query/retrievals.ts';

describe('dates as people type them', () => {
  it.each([
    ['', ''],
    ['2026-11-24', '20261124'],
    [' 20240229 ', '20240229'],
    ['2024.01.31', '20240131'],
    ['2023-02-29', undefined],
    ['2024-13-01', undefined],
    ['24.11.2026', undefined],
    ['yesterday', undefined],
  ])('%j', (typed, expected) => expect(dicomDateOf(typed)).toBe(expected));
});

describe('how a retrieval ended', () => {
  const end = {
    event: 'end',
    completed: 3,
    failed: 0,
    warning: 0,
    isCancelled: false,
    failedInstances: [],
    statusText: 'B000H Some objects failed',
  } as const;
  it.each([
    [end, '3 objects retrieved'],
    [{ ...end, completed: 1 }, '1 object retrieved'],
    [{ ...end, warning: 1 }, '4 objects retrieved, 1 object with warnings: B000H Some objects failed'],
    [{ ...end, failed: 2 }, '3 objects retrieved, 2 objects failed: B000H Some objects failed'],
    [{ ...end, failed: 2, isCancelled: true }, '3 objects retrieved, then cancelled'],
  ])('%j', (ended, expected) => expect(endText({ ...ended, failedInstances: [] })).toBe(expected));
});
