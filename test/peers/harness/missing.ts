import { existsSync } from 'node:fs';
import path from 'node:path';

const DEBIAN_PACKAGE: Record<string, string> = {
  Orthanc: 'orthanc',
  dciodvfy: 'dicom3tools',
  gdcmdump: 'libgdcm-tools',
};
/** Orthanc lies in sbin, which is not in everybody's PATH. */
const EXTRA_FOLDERS = ['/usr/sbin', '/usr/local/sbin'];

/** Full path of an installed program, or undefined. */
export function findProgram(name: string): string | undefined {
  const folders = [...(process.env['PATH'] ?? '').split(path.delimiter), ...EXTRA_FOLDERS];
  return folders.map((folder) => path.join(folder, name)).find((candidate) => existsSync(candidate));
}

/**
 * For `describe.skipIf(peerMissing('storescp'))`: a missing peer program is a skip that names it, but a failure when
 * `CI=true`, for there everything has to be installed.
 */
export function peerMissing(name: string): boolean {
  if (findProgram(name) !== undefined) return false;
  const text = `peer program ${name} is not installed (Debian package ${DEBIAN_PACKAGE[name] ?? 'dcmtk'})`;
  if (process.env['CI'] === 'true') throw new Error(text);
  console.warn(`skipped: ${text}`);
  return true;
}
