import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '#main/host/paths.ts';
import { conformanceStatement } from './statement.ts';

const file = join(projectRoot(), 'docs', 'CONFORMANCE.md');
if (!process.argv.includes('--check')) writeFileSync(file, conformanceStatement());
else if (readFileSync(file, 'utf8') !== conformanceStatement()) {
  console.error('docs/CONFORMANCE.md is out of date: npm run conformance');
  process.exitCode = 1;
}
