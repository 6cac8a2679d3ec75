import { describeError, IsocenterError } from '#shared/contract/errors.ts';
import { COMMAND } from '#main/network/commandSet.ts';
import { collect } from '#main/network/pendingRequest.ts';
import type { IncomingRequest, ServiceHandler } from '#main/network/service.ts';
import { STATUS, statusCategory } from '#main/network/status.ts';
import { incoming } from '../dataSets.ts';
import type { Caller, Peer } from '../peer.ts';
import { planFile, type StoreResponse, storeObject } from '../sendObject.ts';
import { type FileToSend, sendFiles } from '../storeScu.ts';
import { IDENTIFIER_TRANSFER_SYNTAXES } from './identifier.ts';
import { modelOf, type QueryService } from './model.ts';
import { agreedOn, replyToRetrieval } from './negotiation.ts';
import { errorComment, respondRefused } from './refuse.ts';
import { parseRetrieveIdentifier, type RetrieveSelection } from './retrieveIdentifier.ts';
import { QUERY_STATUS } from './status.ts';
import { SuboperationCounter } from './suboperations.ts';

/** Longest identifier taken, bytes: thousands of UIDs fit. */
const MAX_IDENTIFIER = 4 * 1024 * 1024;

/** A stored object to hand out. */
type RetrievableObject = FileToSend & { readonly sopInstanceUid: string };

/** What a retrieve SCP hands out, and to whom. */
export interface RetrieveSource {
  /** The objects, all of one patient; [] when there are none. @throws IsocenterError CONFLICT when they belong to several */
  objects(selection: RetrieveSelection): Promise<readonly RetrievableObject[]>;
  /** Makes sure that they can be read now, wherever they are kept. @throws IsocenterError NOT_FOUND, STORAGE, NETWORK */
  bring(objects: readonly RetrievableObject[]): Promise<void>;
  /** The node that a C-MOVE names, undefined when it is not known. @throws IsocenterError CONFLICT when several nodes have that AE title */
  destination(aeTitle: string): Promise<Peer | undefined>;
}

export interface RetrieveScpOptions {
  /** As whom we call the destination of a C-MOVE. */
  readonly caller: () => Caller;
  readonly log: (level: 'info' | 'warning' | 'error', text: string) => void;
}

/** C-MOVE and C-GET as SCP (PS3.4 C.4.2.3, C.4.3.3) in both information models. */
export function retrieveHandlers(source: RetrieveSource, options: RetrieveScpOptions): readonly ServiceHandler[] {
  const handler = (
    name: string,
    service: Exclude<QueryService, 'find'>,
    serve: (request: IncomingRequest, source: RetrieveSource, options: RetrieveScpOptions) => Promise<void>,
  ): ServiceHandler => ({
    name,
    commands: [COMMAND[service === 'move' ? 'C-MOVE' : 'C-GET']],
    transferSyntaxes: IDENTIFIER_TRANSFER_SYNTAXES,
    accepts: (abstractSyntax) => modelOf(abstractSyntax, service) !== undefined,
    extendedReply: replyToRetrieval,
    handle: async (request) => {
      try {
        await serve(request, source, options);
      } catch (error) {
        options.log('warning', `${name} for ${request.peer.callingAe} refused: ${describeError(error)}`);
        await respondRefused(request, error);
      }
    },
  });
  return [handler('C-MOVE', 'move', move), handler('C-GET', 'get', get)];
}

async function selectionOf(
  request: IncomingRequest,
  service: Exclude<QueryService, 'find'>,
): Promise<RetrieveSelection> {
  const model = modelOf(request.context.abstractSyntax, service);
  if (model === undefined || request.dataSet === undefined) {
    throw new IsocenterError('MISSING_ATTRIBUTE', 'a retrieval needs an identifier');
  }
  const bytes = await collect(request.dataSet, MAX_IDENTIFIER);
  const identifier = incoming(bytes, request.context, `identifier of ${request.peer.callingAe}`);
  return parseRetrieveIdentifier(identifier, model, agreedOn(request.context).relational);
}

async function move(request: IncomingRequest, source: RetrieveSource, options: RetrieveScpOptions): Promise<void> {
  const selection = await selectionOf(request, 'move');
  const aeTitle = request.command.moveDestination ?? '';
  const destination = await source.destination(aeTitle);
  if (destination === undefined) {
    options.log('warning', `C-MOVE for ${request.peer.callingAe} refused: no node ${aeTitle}`);
    const comment = errorComment(`no node is configured with AE title ${aeTitle}`);
    return request.respond({ status: QUERY_STATUS.destinationUnknown, errorComment: comment });
  }
  const objects = await source.objects(selection);
  const counter = new SuboperationCounter(request, objects.length);
  if (objects.length === 0) return counter.finish();
  counter.tell();
  await source.bring(objects);
  const uids = new Map(objects.map(({ path, sopInstanceUid }) => [path, sopInstanceUid]));
  let firstFault: string | undefined;
  await sendFiles(
    destination,
    options.caller(),
    objects,
    ({ ok, status, reason, sopInstanceUid, file }) => {
      const uid = uids.get(file) ?? sopInstanceUid;
      if (!ok && status === 'CANCELLED') return counter.note('cancelled', uid);
      if (!ok) firstFault ??= reason;
      counter.note(ok ? (reason === '' ? 'completed' : 'warning') : 'failed', uid);
    },
    request.cancelled,
    { ae: request.peer.callingAe, messageId: request.command.messageId ?? 0 },
  );
  options.log('info', `C-MOVE for ${request.peer.callingAe}: ${objects.length} objects to ${aeTitle}`);
  await counter.finish(firstFault);
}

async function get(request: IncomingRequest, source: RetrieveSource, options: RetrieveScpOptions): Promise<void> {
  const objects = await source.objects(await selectionOf(request, 'get'));
  const counter = new SuboperationCounter(request, objects.length);
  let firstFault: string | undefined;
  for (const object of objects) {
    if (request.cancelled.aborted) break;
    const { path, sopInstanceUid } = object;
    try {
      await source.bring([object]);
      const { status, comment } = await storeBack(request, path, sopInstanceUid);
      const category = statusCategory(status);
      if (category === 'failure') firstFault ??= comment ?? 'refused by the requestor';
      if (status === STATUS.success) counter.note('completed', sopInstanceUid);
      else counter.note(category === 'warning' ? 'warning' : 'failed', sopInstanceUid);
    } catch (error) {
      // What ends the association ends the retrieval; anything else is the fault of this object.
      if (error instanceof IsocenterError && error.code === 'ASSOCIATION_ABORTED') throw error;
      options.log('warning', `C-GET for ${request.peer.callingAe}: ${sopInstanceUid}: ${describeError(error)}`);
      firstFault ??= error instanceof Error ? error.message : String(error);
      counter.note('failed', sopInstanceUid);
    }
  }
  options.log('info', `C-GET for ${request.peer.callingAe}: ${objects.length} objects`);
  await counter.finish(firstFault);
}

/** One C-STORE on the association that the C-GET came on. */
async function storeBack(
  { association }: IncomingRequest,
  path: string,
  sopInstanceUid: string,
): Promise<StoreResponse> {
  return storeObject(association, await planFile(path, sopInstanceUid));
}
