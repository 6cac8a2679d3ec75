import { describeError, IsocenterError } from '#shared/contract/errors.ts';
import { MAX_CONTEXTS } from '#main/network/associate.ts';
import { type Caller, connectTo, type Peer } from '../peer.ts';
import { type StoreSinkFactory, storeHandlers } from '../storeScp.ts';
import { findAll } from './find.ts';
import { IDENTIFIER_TRANSFER_SYNTAXES, textIn, textsIn } from './identifier.ts';
import { sopClassOf } from './model.ts';
import { keysOf, type RetrieveOptions, type RetrieveOutcome, type RetrieveTarget, retrieveOver } from './retrieval.ts';
import { storageContexts } from './storageContexts.ts';

export interface GetOptions extends RetrieveOptions {
  /** Storage SOP classes the objects have, when they are known; the peer is asked otherwise. */
  readonly sopClasses?: readonly string[];
  readonly log?: (level: 'info' | 'warning' | 'error', text: string) => void;
}

/**
 * C-GET as SCU (PS3.4 C.4.3): the objects come on the same association into `sink`, so that nobody has to be able to call us.
 * Where the node's answers allow it, contexts are proposed for just the SOP classes at hand, each transfer syntax apart, so
 * that objects come in their own.
 * @throws IsocenterError DIMSE_STATUS, MISSING_ATTRIBUTE, CANCELLED, what `connectTo` throws
 */
export async function get(
  peer: Peer,
  caller: Caller,
  target: RetrieveTarget,
  sink: StoreSinkFactory,
  options: GetOptions = {},
): Promise<RetrieveOutcome> {
  const sopClasses = options.sopClasses ?? (await sopClassesOf(peer, caller, target, options));
  const query = sopClassOf(target.model, 'get');
  const association = await connectTo(peer, caller, {
    contexts: [
      { abstractSyntax: query, transferSyntaxes: IDENTIFIER_TRANSFER_SYNTAXES },
      ...storageContexts(sopClasses, MAX_CONTEXTS - 1),
    ],
    handlers: storeHandlers(sink),
    signal: options.signal,
    log: options.log,
  });
  try {
    return await retrieveOver(association, 'get', target, peer, options);
  } finally {
    if (association.isOpen) await association.release().catch(() => undefined);
  }
}

/**
 * SOP classes of what is to be retrieved, by query: those of the study if the peer tells them at once, else those of every
 * instance. [] when the peer cannot be asked, which is no reason not to retrieve.
 */
async function sopClassesOf(
  peer: Peer,
  caller: Caller,
  target: RetrieveTarget,
  { characterSet, signal, log }: GetOptions,
): Promise<readonly string[]> {
  const { model } = target;
  const { QueryRetrieveLevel: _level, ...unique } = keysOf(target);
  try {
    if (target.level === 'STUDY') {
      const keys = { ...unique, SOPClassesInStudy: '' };
      const { found } = await findAll(peer, caller, { model, level: 'STUDY', keys, characterSet }, { signal });
      const classes = found.flatMap((answer) => textsIn(answer, 'SOPClassesInStudy'));
      if (classes.length > 0) return [...new Set(classes)];
    }
    if (target.level === 'PATIENT') return [];
    const series = await seriesOf(peer, caller, target, { characterSet, signal });
    const classes = new Set<string>();
    for (const seriesInstanceUid of series) {
      const keys = {
        ...unique,
        SeriesInstanceUID: seriesInstanceUid,
        SOPInstanceUID: target.sopInstanceUid ?? '',
        SOPClassUID: '',
      };
      const { found } = await findAll(peer, caller, { model, level: 'IMAGE', keys, characterSet }, { signal });
      for (const answer of found) classes.add(textIn(answer, 'SOPClassUID'));
    }
    classes.delete('');
    return [...classes];
  } catch (error) {
    if (error instanceof IsocenterError && error.code === 'CANCELLED') throw error;
    log?.('warning', `${peer.aeTitle} does not tell the SOP classes of what is retrieved: ${describeError(error)}`);
    return [];
  }
}

async function seriesOf(
  peer: Peer,
  caller: Caller,
  target: RetrieveTarget,
  { characterSet, signal }: Pick<GetOptions, 'characterSet' | 'signal'>,
): Promise<readonly string[]> {
  if (target.seriesInstanceUid !== undefined) return [target.seriesInstanceUid];
  const { QueryRetrieveLevel: _level, ...unique } = keysOf(target);
  const keys = { ...unique, SeriesInstanceUID: '' };
  const request = { model: target.model, level: 'SERIES' as const, keys, characterSet };
  const { found } = await findAll(peer, caller, request, { signal });
  return found.map((answer) => textIn(answer, 'SeriesInstanceUID')).filter((uid) => uid !== '');
}
