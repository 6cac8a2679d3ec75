// `npm start`: install what is missing, build what is stale, open the workstation.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ensureBuilt, ensureInstalled, root, runModern } from './lib/setup.js';

const args = process.argv.slice(2);
if (args.includes('--help')) {
  // Before anything is installed.
  process.stdout.write(readFileSync(join(root, 'resources', 'start-help.txt'), 'utf8'));
} else {
  ensureInstalled();
  ensureBuilt();
  runModern('src/main/host/start.ts', args);
}
