import { describe, expect, it } from 'vitest';
import { MPPG_ROWS } from './mppgRows.ts';

// The rows compared with EGSnrc are judged more strictly in dose-water.test.ts and dose-slabs.test.ts.
describe('MPPG 5.b / Venselaar table', () => {
  it.each(MPPG_ROWS.filter((row) => !row.needsEgsnrc))('$test: $setUp', async ({ worst, tolerance }) => {
    expect(await worst()).toBeLessThan(tolerance);
  });
});
