import { oc } from '@orpc/contract';
import { z } from 'zod';
import { machineSchema } from '../../dosimetry/machine/machine.ts';

/** This installation's own machines, kept as files in the archive's folder beside those that come with the program. */
export const machinesContract = {
  /** Files that are no valid machine are told of, not passed over. */
  list: oc.output(z.object({ machines: z.array(machineSchema), problems: z.array(z.string()) })),
  /** Adds, or replaces the one of the same name. */
  save: oc.input(machineSchema).output(machineSchema),
};
