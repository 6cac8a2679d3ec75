import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';

/** The folder that holds package.json, `out` and `resources`: found upwards, as sources and bundle lie at different depths. */
export function projectRoot(from: string = import.meta.dirname): string {
  let folder = from;
  while (!existsSync(join(folder, 'package.json'))) {
    const parent = dirname(folder);
    if (parent === folder) return from;
    folder = parent;
  }
  return folder;
}

/** Where the archive is unless told otherwise: the user's data folder as each system has it. */
export function defaultArchiveDir(env: NodeJS.ProcessEnv = process.env, platform: string = process.platform): string {
  const data =
    platform === 'win32'
      ? (env.LOCALAPPDATA ?? join(homedir(), 'AppData', 'Local'))
      : platform === 'darwin'
        ? join(homedir(), 'Library', 'Application Support')
        : env.XDG_DATA_HOME || join(homedir(), '.local', 'share');
  return join(data, 'isocenter', 'archive');
}
