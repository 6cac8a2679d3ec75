import { IsocenterError } from '#shared/contract/errors.ts';
import type { Archive } from '#main/archive/types.ts';
import { archiveSink } from '#main/host/storageSink.ts';
import { createLog } from '#main/host/log.ts';
import { listen } from '#main/network/listen.ts';
import type { Caller, Peer } from '#main/services/peer.ts';
import { get } from '#main/services/query/get.ts';
import { moveTo } from '#main/services/query/move.ts';
import type { RetrieveOutcome, RetrieveTarget, Suboperations } from '#main/services/query/retrieval.ts';
import { countingSink, type Received } from '#main/services/query/countingSink.ts';
import { type StoreSinkFactory, storeHandlers } from '#main/services/storeScp.ts';
import { ARCHIVE_OPTION, withNewArchive } from '../options/archiveOption.ts';
import { type Arguments, checkAeTitle } from '../arguments.ts';
import type { Command } from '../command.ts';
import type { Io } from '../io.ts';
import { retrieveFromWeb } from '../webRetrieval.ts';
import { callerOptions, NETWORK_HELP, NETWORK_OPTIONS, peerFromArgs } from '../options/networkOptions.ts';

export const command: Command = {
  usage: 'AET@host:port|URL --study UID [--series UID [--image UID]] [--method get|move|wado] [--archive DIR]',
  help: [
    'Fetches a study, series or image into the archive.',
    '--method get       C-GET: the objects come on our own connection',
    '--method move      C-MOVE: the node sends to --from, which it must know; we listen at --bind and --port meanwhile',
    '--method wado      WADO-RS from an archive whose DICOMweb root is URL, or --url URL; --token-file FILE for its bearer token',
    '--to AET           C-MOVE to another node instead of this archive (what a running isocenter is to receive, for example)',
    '--model study      or patient (Patient Root, with --patient ID)',
    '--bind 127.0.0.1 --port 11112   where we listen for C-MOVE',
    NETWORK_HELP,
  ].join('\n'),
  options: {
    ...NETWORK_OPTIONS,
    ...ARCHIVE_OPTION,
    study: { type: 'string' },
    series: { type: 'string' },
    image: { type: 'string' },
    patient: { type: 'string' },
    model: { type: 'string', default: 'study' },
    method: { type: 'string' },
    url: { type: 'string' },
    'token-file': { type: 'string' },
    to: { type: 'string' },
    bind: { type: 'string', default: '127.0.0.1' },
    port: { type: 'string', default: '11112' },
  },
  async run(args, io) {
    const method = methodOf(args);
    if (method === 'wado') return retrieveFromWeb(args, targetOf(args), io);
    const peer = await peerFromArgs(args);
    const caller = await callerOptions(args);
    const target = targetOf(args);
    const to = args.text('to');
    if (to !== undefined && method !== 'move')
      throw new IsocenterError('USAGE', 'needs --method move', { attribute: '--to' });
    const start = performance.now();
    const { outcome, received } =
      to === undefined
        ? await withNewArchive(args, (archive) => intoArchive(archive, method, peer, caller, target, args, io))
        : await elsewhere(peer, caller, checkAeTitle(to), target, io);
    report(peer, outcome, received, (performance.now() - start) / 1000, io);
  },
};

/** @throws USAGE */
function methodOf(args: Arguments): 'get' | 'move' | 'wado' {
  const isWeb = args.text('url') !== undefined || /^https?:/.test(args.positionals[0] ?? '');
  const method = args.text('method') ?? (isWeb ? 'wado' : 'get');
  if (method === 'wado') return method;
  if (method !== 'get' && method !== 'move')
    throw new IsocenterError('USAGE', `'${method}' is no method: get, move or wado`, { attribute: '--method' });
  if (isWeb) throw new IsocenterError('USAGE', 'an address on the web needs --method wado', { attribute: '--method' });
  return method;
}

interface Done {
  readonly outcome: RetrieveOutcome;
  readonly received: Received;
}

/** @throws USAGE */
function targetOf(args: Arguments): RetrieveTarget {
  const model = args.needText('model');
  if (model !== 'study' && model !== 'patient') {
    throw new IsocenterError('USAGE', `'${model}' is no model: patient or study`, { attribute: '--model' });
  }
  const [studyInstanceUid, seriesInstanceUid, sopInstanceUid] = [
    args.text('study'),
    args.text('series'),
    args.text('image'),
  ];
  const patientId = args.text('patient');
  if (studyInstanceUid === undefined && (model === 'study' || patientId === undefined)) args.needText('study');
  const level =
    sopInstanceUid !== undefined
      ? 'IMAGE'
      : seriesInstanceUid !== undefined
        ? 'SERIES'
        : studyInstanceUid !== undefined
          ? 'STUDY'
          : 'PATIENT';
  return { model, level, patientId, studyInstanceUid, seriesInstanceUid, sopInstanceUid };
}

async function intoArchive(
  archive: Archive,
  method: 'get' | 'move',
  peer: Peer,
  caller: Caller,
  target: RetrieveTarget,
  args: Arguments,
  io: Io,
): Promise<Done> {
  const log = createLog(({ level, text }) => {
    if (level !== 'info') io.say(`${level}: ${text}`);
  });
  const { sink, received } = countingSink(archiveSink(archive, log));
  const options = {
    onProgress: progressOn(io),
    signal: io.signal,
    log: (level: 'info' | 'warning' | 'error', text: string) => log[level](text),
  };
  if (method === 'get') return { outcome: await get(peer, caller, target, sink, options), received };
  const listener = await listenFor(sink, caller, args);
  try {
    return { outcome: await moveTo(peer, caller, caller.callingAe, target, options), received };
  } finally {
    await listener.close();
  }
}

/** What the node sends us on associations of its own. */
function listenFor(sink: StoreSinkFactory, { callingAe }: Caller, args: Arguments) {
  return listen({
    host: args.needText('bind'),
    port: args.number('port', { min: 0, max: 65535, integer: true }) ?? 11112,
    aeTitle: callingAe,
    handlers: storeHandlers(sink),
    access: { checkCalledAe: true },
  });
}

async function elsewhere(peer: Peer, caller: Caller, to: string, target: RetrieveTarget, io: Io): Promise<Done> {
  const outcome = await moveTo(peer, caller, to, target, { onProgress: progressOn(io), signal: io.signal });
  return { outcome, received: { objects: outcome.completed + outcome.warning, bytes: 0 } };
}

const progressOn =
  (io: Io) =>
  ({ remaining, completed, failed, warning }: Suboperations) => {
    const done = completed + failed + warning;
    io.progress('retrieving', done + remaining === 0 ? 0 : done / (done + remaining));
  };

/** @throws DIMSE_STATUS, CANCELLED when not everything came */
function report(peer: Peer, outcome: RetrieveOutcome, { objects, bytes }: Received, seconds: number, io: Io): void {
  const missing = Math.max(0, outcome.completed + outcome.warning - objects);
  const failed = outcome.failed + missing;
  const result = { received: objects, failed, bytes, seconds };
  const lines = [
    `${objects} received, ${failed} failed, ${(bytes / 1e6).toFixed(1)} MB in ${seconds.toFixed(2)} s`,
    ...outcome.failedInstances.map((uid) => `failed ${uid}`),
  ];
  io.result(result, lines.join('\n'));
  if (outcome.isCancelled) throw new IsocenterError('CANCELLED', 'cancelled before the end', { object: peer.aeTitle });
  if (missing > 0) {
    throw new IsocenterError('DIMSE_STATUS', `${missing} objects that the node says it sent did not come`, {
      object: peer.aeTitle,
    });
  }
  if (failed > 0)
    throw new IsocenterError('DIMSE_STATUS', `${failed} objects did not come: ${outcome.statusText}`, {
      object: peer.aeTitle,
    });
  if (objects === 0) throw new IsocenterError('NOT_FOUND', 'the node has no such object', { object: peer.aeTitle });
}
