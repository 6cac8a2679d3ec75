import { readFile } from 'node:fs/promises';
import { extname, join, normalize, sep } from 'node:path';
import { Hono } from 'hono';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.wasm': 'application/wasm',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
};

const NOT_BUILT = 'The page is not built yet: run `npm run build` (npm start does it by itself).';

/** The built renderer from `folder`. Only what lies in it; `/` is its index.html. */
export function pageRoutes(folder: string): Hono {
  const page = new Hono();
  page.on(['GET', 'HEAD'], '/*', async (context) => {
    const path = decodePath(new URL(context.req.url).pathname);
    if (path === undefined) return context.text('Not found', 404);
    const name = path === '/' ? 'index.html' : path.slice(1);
    const file = normalize(join(folder, name));
    if (!file.startsWith(folder + sep)) return context.text('Not found', 404);
    const bytes = await readFile(file).catch(() => undefined);
    if (!bytes) return name === 'index.html' ? context.text(NOT_BUILT, 503) : context.text('Not found', 404);
    // Names under assets carry a hash of their content.
    const cache = name.startsWith('assets/') ? 'private, max-age=31536000, immutable' : 'no-cache';
    return context.body(bytes, 200, {
      'Content-Type': TYPES[extname(file)] ?? 'application/octet-stream',
      'Cache-Control': cache,
    });
  });
  return page;
}

function decodePath(path: string): string | undefined {
  try {
    const decoded = decodeURIComponent(path);
    return decoded.includes('\0') ? undefined : decoded;
  } catch {
    return undefined;
  }
}
