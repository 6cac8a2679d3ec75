import { describeError, IsocenterError } from '#shared/contract/errors.ts';
import { COMMAND } from '#main/network/commandSet.ts';
import type { IncomingRequest, PeerIdentity, ServiceHandler } from '#main/network/service.ts';
import { STATUS } from '#main/network/status.ts';
import { STORAGE_TRANSFER_SYNTAXES } from '#main/network/transferSyntaxes.ts';
import { ArrivalCheck } from './arrivalCheck.ts';
import { verificationHandler } from './echo.ts';
import { isStorageSopClass } from './storageClasses.ts';

/** One object that starts to arrive. */
export interface StoreBegin {
  readonly sopClassUid: string;
  /** Digits and dots only: safe as a file name. */
  readonly sopInstanceUid: string;
  /** Of the presentation context: the encoding of the bytes that follow. */
  readonly transferSyntaxUid: string;
  readonly peer: PeerIdentity;
  /** Set when the object is sent on behalf of a C-MOVE. */
  readonly moveOriginatorAe?: string;
  readonly moveOriginatorMessageId?: number;
}

export interface StoreOutcome {
  /** DIMSE status; 0000H only when the object is safely stored. */
  readonly status: number;
  /** At most 64 characters reach the peer (Error Comment). */
  readonly comment?: string;
}

/** Takes one data set, exactly as received: the raw bytes after the file meta information of a Part 10 file. */
export interface StoreSink {
  /** Resolve it to take the next chunk; the chunk may be kept. */
  write(chunk: Uint8Array): Promise<void> | void;
  /** All bytes are there. The peer is answered with what this resolves to. */
  finish(): Promise<StoreOutcome>;
  /** The object will not be completed (connection lost, `write` failed, data set cut short or not the one announced): leave nothing behind. Called at most once. */
  abort(): Promise<void> | void;
}

export type StoreSinkFactory = (begin: StoreBegin) => StoreSink | Promise<StoreSink>;

/**
 * Handlers of a storage SCP, verification included (an SCP has to offer it, PS3.4 A.1).
 * Objects are streamed to the sink, so memory does not depend on their size; the answer goes out after `finish`.
 */
export function storeHandlers(sinkFactory: StoreSinkFactory): readonly ServiceHandler[] {
  const storage: ServiceHandler = {
    name: 'Storage',
    commands: [COMMAND['C-STORE']],
    transferSyntaxes: STORAGE_TRANSFER_SYNTAXES,
    accepts: isStorageSopClass,
    handle: (request) => store(request, sinkFactory),
  };
  return [verificationHandler, storage];
}

async function store(request: IncomingRequest, sinkFactory: StoreSinkFactory): Promise<void> {
  const { command, context, dataSet } = request;
  const sopInstanceUid = command.affectedSopInstanceUid ?? '';
  const answer = ({ status, comment }: StoreOutcome) =>
    request.respond({
      status,
      affectedSopInstanceUid: command.affectedSopInstanceUid,
      errorComment: commentOf(comment),
    });

  if (command.affectedSopClassUid !== context.abstractSyntax) {
    return answer({
      status: STATUS.sopClassNotSupported,
      comment: 'SOP class is not that of the presentation context',
    });
  }
  if (!/^[0-9.]{1,64}$/.test(sopInstanceUid)) {
    return answer({ status: STATUS.invalidObjectInstance, comment: 'Affected SOP Instance UID is not a UID' });
  }
  if (dataSet === undefined) return answer({ status: STATUS.cannotUnderstand, comment: 'no data set' });

  const sink = await sinkFactory({
    sopClassUid: context.abstractSyntax,
    sopInstanceUid,
    transferSyntaxUid: context.transferSyntax,
    peer: request.peer,
    moveOriginatorAe: command.moveOriginatorAe,
    moveOriginatorMessageId: command.moveOriginatorMessageId,
  });
  const check = new ArrivalCheck(context.transferSyntax);
  try {
    for await (const chunk of dataSet) {
      check.push(chunk);
      await sink.write(chunk);
    }
  } catch (error) {
    await sink.abort();
    // Without an association there is nobody to answer, and respond fails as quietly as the peer left.
    return answer({ status: storeStatusOf(error), comment: describeError(error) });
  }
  const fault = check.fault(context.abstractSyntax, sopInstanceUid);
  if (fault !== undefined) {
    await sink.abort();
    return answer(fault);
  }
  return answer(await sink.finish());
}

/** Statuses of PS3.4 table B.2-1 for what can go wrong with an object; a full disk has its own. */
export function storeStatusOf(error: unknown): number {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'STORAGE' || code === 'ENOSPC' || code === 'EDQUOT') return STATUS.outOfResources;
  if (code === 'REFERENCE') return STATUS.dataSetDoesNotMatch;
  return error instanceof IsocenterError && !NOT_ITS_FAULT.has(error.code)
    ? STATUS.cannotUnderstand
    : STATUS.processingFailure;
}

/** What says nothing about the object itself. */
const NOT_ITS_FAULT: ReadonlySet<string> = new Set(['INTERNAL', 'NETWORK', 'ASSOCIATION_ABORTED', 'CANCELLED']);

/** Error Comment is an LO: 64 characters of the default repertoire, no backslash. */
function commentOf(comment: string | undefined): string | undefined {
  return comment?.replace(/[^\x20-\x7e]|\\/g, '?').slice(0, 64);
}
