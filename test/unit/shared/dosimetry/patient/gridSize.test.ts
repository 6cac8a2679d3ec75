import { describe, expect, it } from 'vitest';
import { checkGridSize, threadsFor } from '#shared/dosimetry/patient/gridSize.ts';

describe('the size of a dose grid', () => {
  it('is refused in words where memory would not do', () => {
    expect(() => checkGridSize([512, 512, 200])).not.toThrow();
    expect(() => checkGridSize([1000, 800, 100])).toThrow(
      /80 million voxels \(1000×800×100\) are too many: choose a coarser grid, of at most 60 million/,
    );
  });

  it('leaves room for fewer threads the larger it is, but always for one', () => {
    expect(threadsFor(4e6, 16)).toBe(16);
    expect(threadsFor(40e6, 16)).toBe(4);
    expect(threadsFor(60e6, 1)).toBe(1);
    expect(threadsFor(400e6, 16)).toBe(1);
  });
});
