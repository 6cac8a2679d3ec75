import type { CommandElements, CommandSet } from './commandSet.ts';
import type { DataSetStream } from './dimse/dataSetStream.ts';
import type { DataSetSource, PreparedDataSet } from './dimse/preparedDataSet.ts';

/** Who asks (SCU) and who serves (SCP); notifications (N-EVENT-REPORT) go the other way round. */
export type Role = 'scu' | 'scp' | 'both';

/** A presentation context both sides agreed on. */
export interface AcceptedContext {
  readonly id: number;
  readonly abstractSyntax: string;
  readonly transferSyntax: string;
  /** What this side is (PS3.7 D.3.3.4). */
  readonly role: Role;
  /** What the acceptor answered to the requestor's SOP class extended negotiation (PS3.7 D.3.3.5). */
  readonly extended?: Uint8Array;
}

/**
 * A data set on its way out, in the context's transfer syntax: chunks, which may be reused once taken, or what
 * `Invoker.prepare` gave.
 */
export type OutgoingDataSet = AsyncIterable<Uint8Array> | Iterable<Uint8Array> | PreparedDataSet;

/** A response with the data set that came with it (C-FIND identifiers, N-GET attributes…). */
export type DimseResponse = CommandSet & { readonly dataSet?: Uint8Array };

export interface InvokeOptions {
  /**
   * Takes each pending response (FF00H, FF01H) in order. The next is not read before this one is dealt with, so it must
   * not wait for anything on the same association. What it throws cancels the operation and rejects the call.
   */
  readonly onPending?: (response: DimseResponse) => void | Promise<void>;
  /** When it fires a C-CANCEL-RQ goes out; the call still waits for the peer's final response (FE00H, or the operation's own). */
  readonly cancel?: AbortSignal;
}

/** What a handler may use of the association its request came on: sub-operations of a C-GET, event reports. */
export interface Invoker {
  readonly contexts: readonly AcceptedContext[];
  contextFor(abstractSyntax: string, transferSyntax?: string): AcceptedContext | undefined;
  /** Begins to read a data set that will go out on `context`; the caller closes it in any case. */
  prepare(context: AcceptedContext, source: DataSetSource): PreparedDataSet;
  invoke(
    context: AcceptedContext,
    elements: CommandSet,
    dataSet?: OutgoingDataSet,
    options?: InvokeOptions,
  ): Promise<DimseResponse>;
}

/** What TLS says about the connection and who showed a certificate on it. */
export interface TlsIdentity {
  /** E.g. "TLSv1.3". */
  readonly protocol: string;
  readonly cipher: string;
  /** Subject of the peer's certificate, e.g. "CN=pacs, O=Clinic"; empty when it showed none. */
  readonly subject: string;
  /** SHA-256 of that certificate, "AA:BB:…"; empty when it showed none. */
  readonly fingerprint: string;
}

/** Who is on the other end. */
export interface PeerIdentity {
  readonly callingAe: string;
  readonly calledAe: string;
  readonly address: string;
  readonly implementationClassUid: string;
  readonly implementationVersionName: string;
  /** The user whose identity was accepted (PS3.7 D.3.3.7). */
  readonly user?: string;
  /** Absent on a plain connection. */
  readonly tls?: TlsIdentity;
}

/** One request message under way. */
export interface IncomingRequest {
  readonly peer: PeerIdentity;
  readonly context: AcceptedContext;
  readonly command: CommandSet;
  /** Present when the command announces a data set. */
  readonly dataSet: DataSetStream | undefined;
  readonly association: Invoker;
  /** Fires when the peer cancels this operation (C-CANCEL-RQ) or the association ends. */
  readonly cancelled: AbortSignal;
  /**
   * Sends a response; command field, message ID and SOP class are filled in. Waits for the data set to have come. With a
   * pending status (FF00H, FF01H) it may be called as often as needed, with any other once.
   */
  respond(elements: CommandElements & { readonly status: number }, dataSet?: OutgoingDataSet): Promise<void>;
}

/** What an application entity does for its peers: one per service class. */
export interface ServiceHandler {
  /** For the log, e.g. "Storage". */
  readonly name: string;
  /** DIMSE commands it serves (COMMAND values). */
  readonly commands: readonly number[];
  /** Transfer syntaxes it takes. */
  readonly transferSyntaxes: readonly string[];
  accepts(abstractSyntax: string): boolean;
  /**
   * Requests may be handled while others of the association still are, as many as the negotiated window allows (PS3.7
   * D.3.3.3). Without it they are handled one after the other, in the order they came.
   */
  readonly concurrent?: boolean;
  /** Answers a requestor's SOP class extended negotiation (PS3.7 D.3.3.5); undefined answers nothing. */
  extendedReply?(abstractSyntax: string, information: Uint8Array): Uint8Array | undefined;
  /** A handler that throws makes the association answer 0110H, processing failure. */
  handle(request: IncomingRequest): Promise<void>;
}
