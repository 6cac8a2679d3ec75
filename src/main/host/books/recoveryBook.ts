import { createHash } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { RecoveryBook } from '#main/server/services.ts';
import { IsocenterError } from '#shared/contract/errors.ts';

const CHUNK = '.chunk';
/** Newest first. */
const VERSIONS = ['newest.json', 'previous.json'] as const;

const versionSchema = z.object({ text: z.string(), chunks: z.array(z.string()), sha256: z.string() });
type Version = z.infer<typeof versionSchema>;

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** Unsaved edits in `dir`, a folder a patient. What is acknowledged is on the disk. */
export function recoveryBook(dir: string): RecoveryBook {
  // Patient keys hold what no file name may.
  const folderOf = (patientKey: string): string => join(dir, sha256(patientKey).slice(0, 32));
  return {
    async putChunk(patientKey, name, bytes) {
      const folder = folderOf(patientKey);
      await guarded(folder, async () => {
        await mkdir(folder, { recursive: true });
        await writeDurably(join(folder, name + CHUNK), bytes);
      });
    },
    async commit(patientKey, text, chunks) {
      const folder = folderOf(patientKey);
      return guarded(folder, async () => {
        await mkdir(folder, { recursive: true });
        const present = new Set(await readdir(folder));
        const missing = chunks.filter((name) => !present.has(name + CHUNK));
        if (missing.length > 0) return { missing };
        const [newest, previous] = VERSIONS.map((file) => join(folder, file));
        const before = await readVersion(newest);
        if (before !== undefined && before !== 'unreadable') await rename(newest, previous);
        const version: Version = { text, chunks: [...chunks], sha256: sha256(text) };
        await writeDurably(newest, new TextEncoder().encode(JSON.stringify(version)));
        const needed = new Set([...chunks, ...(typeof before === 'object' ? before.chunks : [])]);
        for (const file of present)
          if (file.endsWith(CHUNK) && !needed.has(file.slice(0, -CHUNK.length))) await rm(join(folder, file));
        return { missing: [] };
      });
    },
    async find(patientKey) {
      const folder = folderOf(patientKey);
      const texts: string[] = [];
      const problems: string[] = [];
      for (const file of VERSIONS) {
        const version = await readVersion(join(folder, file));
        if (version === 'unreadable') problems.push(`${join(folder, file)} is damaged`);
        else if (version !== undefined) texts.push(version.text);
      }
      return { texts, problems };
    },
    async getChunk(patientKey, name) {
      try {
        return await readFile(join(folderOf(patientKey), name + CHUNK));
      } catch (cause) {
        throw new IsocenterError('NOT_FOUND', 'part of the unsaved edits is missing', { object: name, cause });
      }
    },
    async clear(patientKey, keep) {
      const folder = folderOf(patientKey);
      await guarded(folder, async () => {
        if (keep) await rename(folder, `${folder}-kept-${Date.now()}`);
        else await rm(folder, { recursive: true, force: true });
      });
    },
  };
}

async function readVersion(file: string): Promise<Version | 'unreadable' | undefined> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT' ? undefined : 'unreadable';
  }
  try {
    const version = versionSchema.parse(JSON.parse(text));
    return version.sha256 === sha256(version.text) ? version : 'unreadable';
  } catch {
    return 'unreadable';
  }
}

/** Whole or not at all, also when the power fails. */
async function writeDurably(file: string, bytes: Uint8Array): Promise<void> {
  const handle = await open(`${file}.part`, 'w');
  try {
    await handle.writeFile(bytes);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(`${file}.part`, file);
}

async function guarded<T>(folder: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? 'EIO';
    throw new IsocenterError('STORAGE', `unsaved edits cannot be kept (${code})`, { object: folder, cause });
  }
}
