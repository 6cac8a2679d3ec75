import { IsocenterError } from '../../contract/errors.ts';
import { type Machine, machineSchema } from './machine.ts';

/**
 * A machine from the text of its file.
 * @throws IsocenterError MACHINE naming the file and the first attribute that does not fit the schema.
 */
export function parseMachine(text: string, file: string): Machine {
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch (cause) {
    throw new IsocenterError('MACHINE', 'is no JSON', { object: file, cause });
  }
  const parsed = machineSchema.safeParse(content);
  if (parsed.success) return parsed.data;
  const { message, path } = parsed.error.issues[0];
  throw new IsocenterError('MACHINE', message, { object: file, attribute: path.join('.') || 'machine' });
}

/** The text of a machine's file. */
export const machineText = (machine: Machine): string => `${JSON.stringify(machine, null, 2)}\n`;
