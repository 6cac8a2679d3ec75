// `npm test`: type check, lint, format, dead code, then every kind of test; ends with one line of totals over all of them.
// `npm test -- unit peers` runs only the kinds named.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ensurePeers } from './lib/peers.js';
import { ensureBuilt, ensureInstalled, modernNode, root, say } from './lib/setup.js';

const KINDS = ['typecheck', 'lint', 'format', 'deadcode', 'unit', 'reference', 'peers', 'e2e'];

ensureInstalled();
const asked = process.argv.slice(2);
const unknown = asked.filter((kind) => !KINDS.includes(kind));
if (unknown.length > 0) {
  say(`unknown kind of test: ${unknown.join(', ')}; there are ${KINDS.join(', ')}`);
  process.exit(2);
}
const wanted = asked.length > 0 ? asked : KINDS;
if (wanted.some((kind) => kind === 'peers' || kind === 'e2e' || kind === 'unit')) ensurePeers();
if (wanted.includes('e2e')) ensureBuilt();

const node = modernNode();
const bin = (path) => join(root, 'node_modules', path);
const results = join(root, '.cache', 'test-results');
rmSync(results, { recursive: true, force: true });
mkdirSync(results, { recursive: true });

/** A whole-project check counts as one test. */
function check(args) {
  return spawnSync(node, args, { cwd: root, stdio: 'inherit' }).status === 0
    ? { passed: 1, failed: 0, skipped: 0 }
    : { passed: 0, failed: 1, skipped: 0 };
}

function vitest(project) {
  const report = join(results, `${project}.json`);
  const done = spawnSync(
    node,
    [
      bin('vitest/vitest.mjs'),
      'run',
      '--project',
      project,
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${report}`,
    ],
    {
      cwd: root,
      stdio: 'inherit',
      env: {
        ...process.env,
        PATH: `${join(node, '..')}:${process.env.PATH}`,
        NODE_OPTIONS: '--disable-warning=ExperimentalWarning',
      },
    },
  );
  if (!existsSync(report)) return { passed: 0, failed: 1, skipped: 0 };
  const json = JSON.parse(readFileSync(report, 'utf8'));
  const failed = json.numFailedTests;
  return {
    passed: json.numPassedTests,
    // A suite that breaks before its tests, or an unhandled error, fails the run without a failed test.
    failed: failed === 0 && done.status !== 0 ? Math.max(1, json.numFailedTestSuites) : failed,
    skipped: json.numPendingTests + json.numTodoTests,
  };
}

const run = {
  typecheck: () => check([bin('typescript/bin/tsc'), '--build']),
  lint: () => check([bin('oxlint/bin/oxlint'), '--type-aware', '--deny-warnings']),
  format: () => check([bin('@biomejs/biome/bin/biome'), 'ci', '--colors=off']),
  deadcode: () => check([bin('knip/bin/knip.js'), '--no-progress']),
  unit: () => vitest('unit'),
  reference: () => vitest('reference'),
  peers: () => vitest('peers'),
  e2e: () => vitest('e2e'),
};

const totals = { passed: 0, failed: 0, skipped: 0 };
const lines = [];
for (const kind of wanted) {
  say(`test: ${kind}`);
  const started = Date.now();
  const result = run[kind]();
  for (const key of Object.keys(totals)) totals[key] += result[key];
  const seconds = ((Date.now() - started) / 1000).toFixed(1);
  lines.push(
    `${kind.padEnd(10)} ${result.passed} passed, ${result.failed} failed, ${result.skipped} skipped in ${seconds} s`,
  );
}
console.log(`\n${lines.join('\n')}`);
console.log(`${totals.passed} passed, ${totals.failed} failed, ${totals.skipped} skipped`);
process.exit(totals.failed === 0 && totals.passed > 0 ? 0 : 1);
