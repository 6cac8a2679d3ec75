import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** Where the executable is inside Electron's `dist`, as its own package has it. */
const EXECUTABLE: Readonly<Record<string, string>> = {
  darwin: 'Electron.app/Contents/MacOS/Electron',
  win32: 'electron.exe',
};

/**
 * The Electron executable if it is really there. The npm package alone is only a stub that fetches the runtime when it is
 * imported, so it is never imported here.
 */
export function findElectron(
  root: string,
  env: NodeJS.ProcessEnv = process.env,
  platform: string = process.platform,
): string | undefined {
  const override = env.ELECTRON_OVERRIDE_DIST_PATH;
  const installed = join(root, 'node_modules', 'electron', 'dist');
  return (override ? [override, installed] : [installed])
    .map((folder) => join(folder, EXECUTABLE[platform] ?? 'electron'))
    .find((file) => existsSync(file));
}
