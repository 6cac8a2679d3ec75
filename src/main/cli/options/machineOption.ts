import type { Machine } from '#shared/dosimetry/machine/machine.ts';
import { parseMachine } from '#shared/dosimetry/machine/machineJson.ts';
import { machineByName } from '#shared/dosimetry/machine/machines.ts';
import { readInput } from '../files.ts';

/** `--machine NAME`, or the path of a machine file. @throws MACHINE, NOT_FOUND */
export async function machineNamed(words: string): Promise<Machine> {
  if (!/\.json$/i.test(words)) return machineByName(words);
  return parseMachine(new TextDecoder().decode(await readInput(words)), words);
}
