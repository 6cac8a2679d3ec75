import { join } from 'node:path';
import type { Archive } from '#main/archive/types.ts';
import { createLog } from '#main/host/log.ts';
import { openSettings } from '#main/host/settings.ts';
import { openWorkflow, type Workflow } from '#main/host/workflow/workflow.ts';
import type { WorkflowNode } from '#main/server/workflow.ts';
import type { Caller } from '#main/services/peer.ts';
import { IsocenterError } from '#shared/contract/errors.ts';
import { withArchive } from './options/archiveOption.ts';
import type { Arguments } from './arguments.ts';
import type { Io } from './io.ts';
import { callerOptions, peerFromArgs } from './options/networkOptions.ts';

/** What the workflow commands work on. */
export interface WorkflowAccess {
  readonly workflow: Workflow;
  readonly archive: Archive;
  readonly caller: Caller;
}

/** Opens what the archive's folder remembers, which a running app may have open too. @throws what opening the archive throws */
export async function withWorkflow<T>(
  args: Arguments,
  io: Io,
  use: (access: WorkflowAccess) => Promise<T>,
): Promise<T> {
  const caller = await callerOptions(args);
  return withArchive(args, async (archive) => {
    const { nodes } = await openSettings(join(archive.dir, 'settings.json'));
    const log = createLog(({ level, text }) => {
      if (level !== 'info') io.say(`${level}: ${text}`);
    });
    const workflow = openWorkflow({ archive, nodes, caller: () => caller, log });
    try {
      const result = await use({ workflow, archive, caller });
      await workflow.idle();
      return result;
    } finally {
      workflow.close();
    }
  });
}

/** The node that a command names. @throws USAGE */
export const nodeFromArgs = async (args: Arguments, index = 0): Promise<WorkflowNode> => ({
  ...(await peerFromArgs(args, index)),
  id: '',
});

/** A node if the positional is one (it has an @), and the positionals behind it. @throws USAGE */
export async function optionalNode(
  args: Arguments,
  index: number,
): Promise<{ readonly node: WorkflowNode | undefined; readonly rest: readonly string[] }> {
  if (args.positionals[index]?.includes('@') !== true) return { node: undefined, rest: args.positionals.slice(index) };
  return { node: await nodeFromArgs(args, index), rest: args.positionals.slice(index + 1) };
}

/** The one thing that is left to name. @throws USAGE */
export function onlyOne(rest: readonly string[], what: string): string {
  if (rest.length !== 1) throw new IsocenterError('USAGE', `give one ${what}`);
  return rest[0];
}
