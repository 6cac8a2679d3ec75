import type { CommandElements, CommandSet } from './commandSet.ts';
import type { DataSetStream } from './dataSetStream.ts';

/** A presentation context both sides agreed on. */
export interface AcceptedContext {
  readonly id: number;
  readonly abstractSyntax: string;
  readonly transferSyntax: string;
}

/** Who is on the other end. */
export interface PeerIdentity {
  readonly callingAe: string;
  readonly calledAe: string;
  readonly address: string;
  readonly implementationClassUid: string;
  readonly implementationVersionName: string;
}

/** One request message under way. */
export interface IncomingRequest {
  readonly peer: PeerIdentity;
  readonly context: AcceptedContext;
  readonly command: CommandSet;
  /** Present when the command announces a data set. */
  readonly dataSet: DataSetStream | undefined;
  /** Sends the response; command field, message ID and SOP class are filled in. Waits for the data set to have come. */
  respond(elements: CommandElements & { readonly status: number }): Promise<void>;
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
  /** A handler that throws makes the association answer 0110H, processing failure. */
  handle(request: IncomingRequest): Promise<void>;
}
