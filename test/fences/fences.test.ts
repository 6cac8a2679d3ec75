import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

/**
 * Lint rules are only worth something while they still bite: each deliberate violation under `violations/` must be rejected
 * by the project's own configuration, for the named rule.
 */
const FENCES: readonly (readonly [file: string, rule: string])[] = [
  ['src/shared/demo/importsNode.ts', 'no-restricted-imports'],
  ['src/shared/demo/importsMain.ts', 'no-restricted-imports'],
  ['src/shared/demo/usesDocument.ts', 'no-restricted-globals'],
  ['src/shared/demo/cycleA.ts', 'no-cycle'],
  ['src/shared/demo/usesAny.ts', 'no-explicit-any'],
  ['src/main/demo/importsRenderer.ts', 'no-restricted-imports'],
  ['src/renderer/demo/importsMain.ts', 'no-restricted-imports'],
  ['src/renderer/demo/importsNode.ts', 'no-restricted-imports'],
];

const root = resolve(import.meta.dirname, '../..');

describe('fences', () => {
  let house = '';

  beforeAll(() => {
    // Inside the project, so that oxlint resolves packages and the configuration as it does for real files.
    house = mkdtempSync(join(root, '.cache-fences-'));
    cpSync(join(root, 'test/fences/violations/src'), join(house, 'src'), { recursive: true });
    cpSync(join(root, '.oxlintrc.json'), join(house, '.oxlintrc.json'));
    cpSync(join(root, 'package.json'), join(house, 'package.json'));
    symlinkSync(join(root, 'node_modules'), join(house, 'node_modules'));
  });

  afterAll(() => rmSync(house, { recursive: true, force: true }));

  it.each(FENCES)('%s is rejected by %s', (file, rule) => {
    const lint = spawnSync(process.execPath, [join(root, 'node_modules/oxlint/bin/oxlint'), '--format=json', file], {
      cwd: house,
      encoding: 'utf8',
    });
    expect(lint.status).not.toBe(0);
    expect(lint.stdout).toContain(rule);
  });
});
