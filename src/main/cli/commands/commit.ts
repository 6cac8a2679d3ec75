import { IsocenterError } from '#shared/contract/errors.ts';
import type { Commitment } from '#shared/contract/rpc/commitment.ts';
import type { Archive } from '#main/archive/types.ts';
import { listen } from '#main/network/listen.ts';
import { ARCHIVE_OPTION } from '../options/archiveOption.ts';
import { parseKeys } from '../arguments.ts';
import type { Command } from '../command.ts';
import { NETWORK_HELP, NETWORK_OPTIONS } from '../options/networkOptions.ts';
import { nodeFromArgs, withWorkflow } from '../workflowAccess.ts';

export const command: Command = {
  usage: 'AET@host:port UID… | AET@host:port --key Keyword=value … [--archive DIR] [--port N] [--wait SECONDS]',
  help: [
    'Asks a node to be answerable for objects it was sent (storage commitment), and waits for its report.',
    'The report may come on an association of its own: to the running app of the same archive, or with --port to this command.',
    '--port N           listen here for the report           --wait 60          seconds to wait for it',
    NETWORK_HELP,
  ].join('\n'),
  options: {
    ...ARCHIVE_OPTION,
    ...NETWORK_OPTIONS,
    key: { type: 'string', multiple: true },
    port: { type: 'string' },
    wait: { type: 'string', default: '60' },
  },
  async run(args, io) {
    const node = await nodeFromArgs(args);
    const uids = args.positionals.slice(1);
    const keys = args.list('key');
    if (uids.length > 0 === keys.length > 0) throw new IsocenterError('USAGE', 'give either UIDs or --key');
    const port = args.number('port', { min: 1, max: 65535, integer: true });
    const seconds = args.number('wait', { min: 0 }) ?? 60;
    const report = await withWorkflow(args, io, async ({ workflow, archive, caller }) => {
      const found = uids.length > 0 ? uids : await matching(archive, parseKeys(keys));
      const objects = await Promise.all(found.map((uid) => archive.find(uid)));
      const { handlers, scuOf, commitments } = workflow;
      const listener =
        port === undefined
          ? undefined
          : await listen({ port, host: '0.0.0.0', aeTitle: caller.callingAe, handlers, scuOf });
      try {
        const asked = await commitments.request(node, objects, io.signal);
        if (asked.state === 'failed')
          throw new IsocenterError('NETWORK', asked.problem ?? 'not accepted', { object: node.aeTitle });
        io.say(`${node.aeTitle} has accepted the request for ${objects.length} objects`);
        return await commitments.wait(asked.transactionUid, 1000 * seconds, io.signal);
      } finally {
        await listener?.close();
      }
    });
    const committed = report.objects.filter(({ outcome }) => outcome === 'committed').length;
    io.result(report, textOf(report, committed));
    if (committed < report.objects.length)
      throw new IsocenterError(
        'DIMSE_STATUS',
        `${report.objects.length - committed} of ${report.objects.length} objects are not committed`,
        { object: node.aeTitle },
      );
  },
};

const textOf = ({ objects, node }: Commitment, committed: number): string =>
  [
    `${node} is answerable for ${committed} of ${objects.length} objects`,
    ...objects
      .filter(({ outcome }) => outcome !== 'committed')
      .map(({ sopInstanceUid, reason = 'not reported' }) => `not committed ${sopInstanceUid}: ${reason}`),
  ].join('\n');

/** @throws NOT_FOUND when nothing matches */
async function matching(archive: Archive, match: Record<string, string>): Promise<string[]> {
  const rows = await archive.query({ level: 'instance', match });
  if (rows.length === 0)
    throw new IsocenterError('NOT_FOUND', 'nothing in the archive matches', { attribute: '--key' });
  return rows.map(({ SOPInstanceUID }) => String(SOPInstanceUID));
}
