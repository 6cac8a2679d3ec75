import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';

const DEBIAN_PACKAGE: Record<string, string> = {
  Orthanc: 'orthanc',
  dciodvfy: 'dicom3tools',
  gdcmdump: 'libgdcm-tools',
  elastix: 'elastix',
  plastimatch: 'plastimatch',
  pdftoppm: 'poppler-utils',
  pdftotext: 'poppler-utils',
};
/** Orthanc lies in sbin, which is not in everybody's PATH. */
const EXTRA_FOLDERS = ['/usr/sbin', '/usr/local/sbin'];

/** Full path of an installed program, or undefined. */
export function findProgram(name: string): string | undefined {
  if (path.isAbsolute(name)) return existsSync(name) ? name : undefined;
  const folders = [...(process.env['PATH'] ?? '').split(path.delimiter), ...EXTRA_FOLDERS];
  return folders.map((folder) => path.join(folder, name)).find((candidate) => existsSync(candidate));
}

/**
 * For `describe.skipIf(peerMissing('storescp'))`: a missing peer program is a skip that names it, but a failure when
 * `CI=true`, for there everything has to be installed.
 */
export const peerMissing = (name: string): boolean =>
  missing(findProgram(name) !== undefined, `program ${name}`, DEBIAN_PACKAGE[name] ?? 'dcmtk');

/** Debian's own Python, whatever else is in the PATH: it sees Debian's pydicom. */
export const PYTHON = '/usr/bin/python3';

/** The same for pydicom with numpy. */
export const pydicomMissing = (): boolean =>
  missing(spawnSync(PYTHON, ['-c', 'import pydicom, numpy']).status === 0, 'module pydicom', 'python3-pydicom');

/** The same for odil, of which Debian's Python is the way in. */
export const odilMissing = (): boolean =>
  missing(spawnSync(PYTHON, ['-c', 'import odil']).status === 0, 'module odil', 'python3-odil');

const POSTGRES = '/usr/lib/postgresql';

/** Where Debian's package keeps the newest server's programs, which are not in the PATH; undefined without it. */
export function postgresFolder(): string | undefined {
  if (!existsSync(POSTGRES)) return undefined;
  const versions = readdirSync(POSTGRES).sort((a, b) => Number(b) - Number(a));
  return versions
    .map((version) => path.join(POSTGRES, version, 'bin'))
    .find((bin) => existsSync(path.join(bin, 'initdb')));
}

/** The same for a PostgreSQL server. */
export const postgresMissing = (): boolean => missing(postgresFolder() !== undefined, 'program postgres', 'postgresql');

function missing(found: boolean, what: string, debianPackage: string): boolean {
  if (found) return false;
  const text = `peer ${what} is not installed (Debian package ${debianPackage})`;
  if (process.env['CI'] === 'true') throw new Error(text);
  console.warn(`skipped: ${text}`);
  return true;
}
