import { defineConfig } from 'vitest/config';

const ALL_DAY = 600_000;

/** One project per kind of test: the totals line of `.ci/run` adds them up. */
export default defineConfig({
  test: {
    // Vitest leaves one core idle, which is half of a small machine.
    maxWorkers: '100%',
    projects: [
      { test: { name: 'unit', include: ['test/{unit,conformance,fences}/**/*.test.{ts,tsx}'], testTimeout: 60_000 } },
      {
        test: {
          name: 'reference',
          include: ['test/reference/**/*.test.ts'],
          testTimeout: ALL_DAY,
          hookTimeout: ALL_DAY,
        },
      },
      {
        test: {
          name: 'peers',
          include: ['test/peers/**/*.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.test.ts'],
          testTimeout: ALL_DAY,
          hookTimeout: ALL_DAY,
        },
      },
    ],
  },
});
