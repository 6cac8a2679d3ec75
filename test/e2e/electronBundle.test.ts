import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { ensureBuilt } from './harness/host.ts';

/** The built Electron entry with everything real but Electron itself: services, demo patient with dose workers, protocol. */
describe('the bundle for Electron, under Node', () => {
  it('makes the demo patient and serves page and DICOMweb over the custom protocol', async () => {
    ensureBuilt();
    const archive = await mkdtemp(path.join(tmpdir(), 'isocenter-bundle-'));
    try {
      const hooks = path.resolve('test/e2e/harness/withFakeElectron.ts');
      const args = ['--import', hooks, path.resolve('out/main/electron.js'), '--archive', archive, '--port', '0'];
      const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', ...args]);
      let [stdout, stderr] = ['', ''];
      child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
      child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
      const code = await new Promise((resolve) => child.once('close', resolve));
      expect(code, stdout + stderr).toBe(0);
      const answers = JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as Record<string, unknown>;
      expect(answers, stdout + stderr).toMatchObject({ page: 200, script: 200, doses: 1 });
      expect(answers['policy']).toContain("default-src 'none'");
    } finally {
      await rm(archive, { recursive: true, force: true });
    }
  });
});
