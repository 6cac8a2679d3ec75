// `npm start`: install what is missing, build what is stale, open the workstation.
import { ensureBuilt, ensureInstalled, runModern } from './lib/setup.js';

const args = process.argv.slice(2);
ensureInstalled();
if (!args.includes('--help')) ensureBuilt();
runModern('src/main/host/start.ts', args);
