import { readFile } from 'node:fs/promises';
import type { WebPeer } from '#main/dicomweb/webPeer.ts';
import { retrieveByWado } from '#main/host/webRetrieve.ts';
import type { RetrieveTarget } from '#main/services/query/retrieval.ts';
import { IsocenterError } from '#shared/contract/errors.ts';
import { withNewArchive } from './options/archiveOption.ts';
import type { Arguments } from './arguments.ts';
import type { Io } from './io.ts';

/** `retrieve --method wado`: a study, series or image by WADO-RS into the archive. @throws USAGE, NOT_FOUND, STORAGE, what the retrieval throws */
export async function retrieveFromWeb(args: Arguments, target: RetrieveTarget, io: Io): Promise<void> {
  const { studyInstanceUid, seriesInstanceUid, sopInstanceUid } = target;
  if (studyInstanceUid === undefined) throw new IsocenterError('USAGE', 'is required', { attribute: '--study' });
  const peer = await webPeerOf(args);
  const start = performance.now();
  const selection = { studyInstanceUid, seriesInstanceUid, sopInstanceUid };
  const { received, failed, bytes } = await withNewArchive(args, (archive) =>
    retrieveByWado(peer, selection, archive, { signal: io.signal }),
  );
  const seconds = (performance.now() - start) / 1000;
  const lines = [
    `${received} received, ${failed.length} failed, ${(bytes / 1e6).toFixed(1)} MB in ${seconds.toFixed(2)} s`,
    ...failed.map((reason) => `failed: ${reason}`),
  ];
  io.result({ received, failed: failed.length, bytes, seconds }, lines.join('\n'));
  if (received + failed.length === 0)
    throw new IsocenterError('NOT_FOUND', 'the archive has no such object', { object: peer.name });
  if (failed.length > 0)
    throw new IsocenterError('STORAGE', `${failed.length} objects were not kept: ${failed[0]}`, { object: peer.name });
}

async function webPeerOf(args: Arguments): Promise<WebPeer> {
  const text = args.text('url') ?? args.positional(0, 'URL');
  if (!URL.canParse(text) || !/^https?:$/.test(new URL(text).protocol))
    throw new IsocenterError('USAGE', `'${text}' is no address http://… or https://…`, { attribute: '--url' });
  const file = args.text('token-file');
  if (file === undefined) return { name: new URL(text).host, url: text };
  const token = await readFile(file, 'utf8').catch((error: unknown) => {
    throw new IsocenterError('NOT_FOUND', 'cannot be read', { object: file, attribute: '--token-file', cause: error });
  });
  return { name: new URL(text).host, url: text, authorization: `Bearer ${token.trim()}` };
}
