import { spawnSync } from 'node:child_process';
import { expect, it } from 'vitest';

it('the compiled kernels are what their sources compile to', () => {
  const { status, stderr } = spawnSync(process.execPath, ['scripts/kernels.js', '--check'], { encoding: 'utf8' });
  expect(status, stderr).toBe(0);
});
