// `npm run build`: the renderer and the Electron entry into out/.
import { ensureBuilt, ensureInstalled } from './lib/setup.js';

ensureInstalled();
ensureBuilt({ force: true });
