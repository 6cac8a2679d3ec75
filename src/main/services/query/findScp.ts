import { describeError, IsocenterError } from '#shared/contract/errors.ts';
import { STRING_VRS } from '#shared/dicom/codec/vr.ts';
import { COMMAND } from '#main/network/commandSet.ts';
import { collect } from '#main/network/pendingRequest.ts';
import type { IncomingRequest, ServiceHandler } from '#main/network/service.ts';
import { STATUS } from '#main/network/status.ts';
import { incoming } from '../dataSets.ts';
import { encodeElements, IDENTIFIER_TRANSFER_SYNTAXES, type IdentifierElement } from './identifier.ts';
import { levelsDownTo, modelOf, type QueryLevel, type QueryModel } from './model.ts';
import { parseFindIdentifier, type ParsedQuery } from './findIdentifier.ts';
import { type Agreed, agreedOn, replyToQuery } from './negotiation.ts';
import type { QuerySource, SourceRow } from './querySource.ts';
import { respondRefused } from './refuse.ts';

const RETRIEVE_AE_TITLE = 0x00080054;
const QUERY_RETRIEVE_LEVEL = 0x00080052;
const INSTANCE_AVAILABILITY = 0x00080056;
/** Longest identifier taken, bytes. */
const MAX_IDENTIFIER = 1024 * 1024;

export interface FindScpOptions {
  /** Where the objects can be retrieved: our own AE title. */
  readonly retrieveAe: () => string;
  readonly log: (level: 'info' | 'warning' | 'error', text: string) => void;
}

/** C-FIND as SCP (PS3.4 C.4.1.3) in both information models. */
export function findHandler(source: QuerySource, options: FindScpOptions): ServiceHandler {
  return {
    name: 'Query',
    commands: [COMMAND['C-FIND']],
    transferSyntaxes: IDENTIFIER_TRANSFER_SYNTAXES,
    accepts: (abstractSyntax) => modelOf(abstractSyntax, 'find') !== undefined,
    extendedReply: replyToQuery,
    handle: async (request) => {
      try {
        await answer(request, source, options);
      } catch (error) {
        options.log('warning', `query of ${request.peer.callingAe} refused: ${describeError(error)}`);
        await respondRefused(request, error);
      }
    },
  };
}

async function answer(request: IncomingRequest, source: QuerySource, { retrieveAe }: FindScpOptions): Promise<void> {
  const model = modelOf(request.context.abstractSyntax, 'find');
  if (model === undefined || request.dataSet === undefined) {
    throw new IsocenterError('MISSING_ATTRIBUTE', 'a C-FIND needs an identifier');
  }
  const agreed = agreedOn(request.context);
  const identifier = incoming(
    await collect(request.dataSet, MAX_IDENTIFIER),
    request.context,
    `identifier of ${request.peer.callingAe}`,
  );
  const query = parseFindIdentifier(identifier, model, source, agreed.relational);
  await checkOnePatient(query, model, source, agreed);
  const status = query.ignoresKeys ? STATUS.pendingWithWarning : STATUS.pending;
  for await (const row of source.rows({ level: query.level, match: query.match, ...agreed })) {
    if (request.cancelled.aborted) return request.respond({ status: STATUS.cancelled });
    const elements = elementsOfRow(row, query, source, retrieveAe());
    await request.respond({ status }, [encodeElements(elements, request.context, query.characterSet)]);
  }
  await request.respond({ status: request.cancelled.aborted ? STATUS.cancelled : STATUS.success });
}

/**
 * Below a key that names one patient, study or series, all answers must be of one person: where the same UID or Patient ID is
 * held for several, the query is refused rather than answered with both; unless its own unique key leaves only one answer.
 */
async function checkOnePatient(
  query: ParsedQuery,
  model: QueryModel,
  source: QuerySource,
  agreed: Agreed,
): Promise<void> {
  const matches = async (level: QueryLevel): Promise<number> => {
    const levels = levelsDownTo('patient', level);
    const match = Object.fromEntries(
      Object.entries(query.match).filter(([keyword]) => levels.includes(query.levelOf.get(keyword) ?? 'IMAGE')),
    );
    let found = 0;
    for await (const _row of source.rows({ level, match, limit: 2, ...agreed })) found++;
    return found;
  };
  const above = levelsDownTo(model, query.level).slice(0, -1);
  const level = above.findLast((one) => query.singleKeys.has(one));
  if (level === undefined || (await matches(level)) < 2) return;
  if (query.singleKeys.has(query.level) && (await matches(query.level)) < 2) return;
  throw new IsocenterError('CONFLICT', `this ${level.toLowerCase()} is held for several patients`, {
    attribute: query.singleKeys.get(level),
  });
}

/** The response identifier: every attribute asked for, empty where nothing is known (PS3.4 C.4.1.1.3.2). */
function elementsOfRow(
  row: SourceRow,
  query: ParsedQuery,
  source: QuerySource,
  retrieveAe: string,
): IdentifierElement[] {
  const asked = query.asked.map(({ tag, vr }): IdentifierElement => {
    if (tag === INSTANCE_AVAILABILITY) return { tag, vr, value: 'ONLINE' };
    const attribute = source.attribute(tag);
    const value = attribute === undefined ? undefined : row[attribute.keyword];
    if (vr === 'SQ') return { tag, vr, value: [] };
    return { tag, vr: value === undefined || STRING_VRS.has(vr) || vr === 'US' ? vr : 'UN', value: textOf(value) };
  });
  return [
    ...asked,
    { tag: QUERY_RETRIEVE_LEVEL, vr: 'CS', value: query.level },
    { tag: RETRIEVE_AE_TITLE, vr: 'AE', value: retrieveAe },
  ];
}

function textOf(value: SourceRow[string] | undefined): string {
  if (value === undefined) return '';
  return typeof value === 'object' ? value.join('\\') : String(value);
}
