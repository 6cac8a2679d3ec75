// `npm run bench`: prints one table of measured times and rates beside their peers.
import { ensureBuilt, ensureInstalled, runModern } from './lib/setup.js';
import { ensurePeers } from './lib/peers.js';

ensureInstalled();
ensurePeers();
ensureBuilt();
runModern('bench/report/main.ts', process.argv.slice(2));
