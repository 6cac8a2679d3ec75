import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { MachineBook } from '#main/server/services.ts';
import { describeError, IsocenterError } from '#shared/contract/errors.ts';
import type { Machine } from '#shared/dosimetry/machine/machine.ts';
import { machineText, parseMachine } from '#shared/dosimetry/machine/machineJson.ts';
import { isShippedMachine } from '#shared/dosimetry/machine/machines.ts';

/** Machine files in `dir`, one `NAME.json` a machine; the folder is made with the first. */
export function machineBook(dir: string): MachineBook {
  return {
    async list() {
      const machines = new Map<string, Machine>();
      const problems: string[] = [];
      const files = (await readdir(dir).catch(() => [])).filter((file) => file.endsWith('.json')).sort();
      for (const file of files)
        try {
          const machine = parseMachine(await readFile(join(dir, file), 'utf8'), file);
          refuseTaken(machine.name, file);
          if (machines.has(machine.name))
            throw new IsocenterError('CONFLICT', `another file holds a machine named ${machine.name}`, {
              object: file,
            });
          machines.set(machine.name, machine);
        } catch (error) {
          problems.push(describeError(error));
        }
      return { machines: [...machines.values()], problems };
    },
    async save(machine) {
      refuseTaken(machine.name, machine.name);
      if (!/^[A-Za-z0-9_-][\w.-]{0,15}$/.test(machine.name))
        throw new IsocenterError('MACHINE', 'must have 1 to 16 letters, digits, "_", "-" or "."', {
          object: machine.name,
          attribute: 'name',
        });
      const file = join(dir, `${machine.name}.json`);
      try {
        await mkdir(dir, { recursive: true });
        await writeFile(`${file}.part`, machineText(machine));
        await rename(`${file}.part`, file);
      } catch (cause) {
        const code = (cause as NodeJS.ErrnoException).code ?? 'EIO';
        throw new IsocenterError('STORAGE', `cannot be written (${code})`, { object: file, cause });
      }
      return machine;
    },
  };
}

function refuseTaken(name: string, object: string): void {
  if (isShippedMachine(name))
    throw new IsocenterError('CONFLICT', `${name} is the name of a machine that comes with the program`, { object });
}
