import { createHash, randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { deserialize, serialize } from 'node:v8';
import { makePhantom, type Phantom, type PhantomKind } from '#shared/phantom/phantom.ts';

const FOLDER = join(process.cwd(), '.cache', 'test-phantoms');
const SOURCES = ['phantom', 'geometry'].map((room) => join(process.cwd(), 'src', 'shared', room));

let version: string | undefined;

/** What the phantoms are made by: another source, another phantom. */
function sourceVersion(): string {
  if (version !== undefined) return version;
  const hash = createHash('sha256');
  for (const room of SOURCES)
    for (const entry of readdirSync(room, { recursive: true, withFileTypes: true }).toSorted((a, b) =>
      join(a.parentPath, a.name).localeCompare(join(b.parentPath, b.name)),
    ))
      if (entry.isFile()) hash.update(readFileSync(join(entry.parentPath, entry.name)));
  version = hash.digest('hex').slice(0, 16);
  return version;
}

/** As makePhantom, but made once for all tests: it takes seconds, and thirty tests want one. */
export function phantomOf(kind: PhantomKind, seed = 1): Phantom {
  const file = join(FOLDER, `${kind}-${seed}-${sourceVersion()}`);
  if (existsSync(file)) return deserialize(readFileSync(file)) as Phantom;
  const phantom = makePhantom(kind, seed);
  mkdirSync(FOLDER, { recursive: true });
  // Tests run beside each other: a file is there whole or not at all.
  const part = `${file}.${randomUUID()}`;
  writeFileSync(part, serialize(phantom));
  renameSync(part, file);
  return phantom;
}
