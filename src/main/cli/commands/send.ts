import { IsocenterError } from '#shared/contract/errors.ts';
import type { Archive } from '#main/archive/types.ts';
import { type FileToSend, type SendReport, sendFiles } from '#main/services/storeScu.ts';
import type { Caller, Peer } from '#main/services/peer.ts';
import { ARCHIVE_OPTION, withArchive } from '../options/archiveOption.ts';
import { parseKeys } from '../arguments.ts';
import type { Command } from '../command.ts';
import { listFiles } from '../files.ts';
import type { Io } from '../io.ts';
import { callerOptions, NETWORK_HELP, NETWORK_OPTIONS, peerFromArgs } from '../options/networkOptions.ts';

export const command: Command = {
  usage: 'AET@host:port PATH… | AET@host:port --key Keyword=value … [--archive DIR] [--from AET] [--tls …]',
  help: [
    'Sends files and folders, or every archived instance that matches the keys, by C-STORE in its own transfer syntax.',
    NETWORK_HELP,
  ].join('\n'),
  options: {
    ...ARCHIVE_OPTION,
    ...NETWORK_OPTIONS,
    key: { type: 'string', multiple: true },
  },
  async run(args, io) {
    const peer = await peerFromArgs(args);
    const caller = await callerOptions(args);
    const paths = args.positionals.slice(1);
    const keys = args.list('key');
    if (paths.length > 0 === keys.length > 0) throw new IsocenterError('USAGE', 'give either PATH or --key');
    const report =
      paths.length > 0
        ? await sendAll(
            peer,
            caller,
            (await listFiles(paths)).map((path) => ({ path })),
            io,
          )
        : await withArchive(args, async (archive) =>
            sendAll(peer, caller, await matching(archive, parseKeys(keys)), io),
          );
    const lines = [
      `${report.sent} sent, ${report.failed.length} failed, ${(report.bytes / 1e6).toFixed(1)} MB in ${report.seconds.toFixed(2)} s`,
      ...report.failed.map(({ file, status, reason }) => `failed ${file}: ${status} ${reason}`),
    ];
    io.result(report, lines.join('\n'));
    failUnlessAllSent(report, peer);
  },
};

/** Sends with progress. @throws NOT_FOUND when there is nothing to send */
async function sendAll(peer: Peer, caller: Caller, files: readonly FileToSend[], io: Io): Promise<SendReport> {
  if (files.length === 0) throw new IsocenterError('NOT_FOUND', 'nothing to send', { object: peer.aeTitle });
  let done = 0;
  return sendFiles(peer, caller, files, () => io.progress('sending', ++done / files.length), io.signal);
}

/** @throws NETWORK, ASSOCIATION_… or DIMSE_STATUS with the first reason, when an object was not taken */
export function failUnlessAllSent(report: SendReport, peer: Peer): void {
  const [first] = report.failed;
  if (first === undefined) return;
  const total = report.sent + report.failed.length;
  throw new IsocenterError(
    'DIMSE_STATUS',
    `${report.failed.length} of ${total} objects not sent to ${peer.aeTitle}: ${first.status} ${first.reason}`,
    { object: first.file },
  );
}

async function matching(archive: Archive, match: Record<string, string>): Promise<FileToSend[]> {
  const rows = await archive.query({ level: 'instance', match });
  const files: FileToSend[] = [];
  for (const { SOPInstanceUID } of rows) {
    const [object] = await archive.locate({ sopInstanceUid: String(SOPInstanceUID) });
    if (object !== undefined) files.push({ path: object.file, sopInstanceUid: object.sopInstanceUid });
  }
  return files;
}
