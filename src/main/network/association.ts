import { describeError, IsocenterError } from '#shared/contract/errors.ts';
import type { Indication } from './actions.ts';
import type { CommandElements, CommandSet } from './commandSet.ts';
import { COMMAND, commandName, encodeCommandSet, HAS_DATA_SET, NO_DATA_SET, RESPONSE_BIT } from './commandSet.ts';
import { actionFor } from './fsm.ts';
import { Fragmenter } from './fragmenter.ts';
import type { Message } from './messageAssembler.ts';
import { MessageAssembler } from './messageAssembler.ts';
import { ABORT_REASON, PduError } from './pdu/types.ts';
import { PendingRequest } from './pendingRequest.ts';
import type {
  AcceptedContext,
  DimseResponse,
  InvokeOptions,
  Invoker,
  OutgoingDataSet,
  PeerIdentity,
  ServiceHandler,
} from './service.ts';
import { isPending, STATUS } from './status.ts';
import { abortText } from './reasons.ts';
import type { UpperLayer } from './upperLayer.ts';

export interface AssociationOptions {
  readonly upperLayer: UpperLayer;
  readonly contexts: readonly AcceptedContext[];
  readonly peer: PeerIdentity;
  /** The peer's maximum length; 0 is no limit. */
  readonly peerMaxPduLength: number;
  readonly handlers: readonly ServiceHandler[];
  /** The peer is silent for so long while we expect something of it: abort. Milliseconds. */
  readonly idleMs: number;
  readonly log: (level: 'info' | 'warning' | 'error', text: string) => void;
}

/** No PDU we send gets longer, whatever the peer would take: past this size nothing is won. */
const MAX_SEND_LENGTH = 256 * 1024;

/** An established association: DIMSE messages both ways, release and abort. */
export class Association implements Invoker {
  readonly contexts: readonly AcceptedContext[];
  readonly peer: PeerIdentity;
  readonly #options: AssociationOptions;
  readonly #upper: UpperLayer;
  readonly #assembler: MessageAssembler;
  readonly #maxSendLength: number;
  readonly #waiting = new Map<number, PendingRequest>();
  /** Requests of the peer not yet answered, by message ID: what C-CANCEL refers to. */
  readonly #cancellable = new Map<number, AbortController>();
  readonly #closed = Promise.withResolvers<void>();
  readonly #idleTimer: NodeJS.Timeout;
  #released: PromiseWithResolvers<void> | undefined;
  #orderly = false;
  #lost: IsocenterError | undefined;
  #nextMessageId = 1;
  /** Messages leave one after the other: fragments of two never mix. */
  #sending: Promise<void> = Promise.resolve();
  /** Requests are served one after the other (asynchronous operations window 1, 1). */
  #serving: Promise<void> = Promise.resolve();
  /** Requests completely received and not yet answered: while there are any, the peer may be silent. */
  #owed = 0;

  constructor(options: AssociationOptions) {
    this.#options = options;
    this.#upper = options.upperLayer;
    this.contexts = options.contexts;
    this.peer = options.peer;
    const peerMax = options.peerMaxPduLength === 0 ? MAX_SEND_LENGTH : options.peerMaxPduLength;
    this.#maxSendLength = Math.min(peerMax, MAX_SEND_LENGTH);
    this.#assembler = new MessageAssembler((message) => this.#dispatch(message));
    const check = Math.max(10, Math.min(1000, options.idleMs / 4));
    this.#idleTimer = setInterval(() => this.#checkIdle(), check);
  }

  /** Resolves when the connection is gone, in whatever way. */
  get closed(): Promise<void> {
    return this.#closed.promise;
  }

  /** Why the association ended early; undefined while it lives or after an orderly release. */
  get lost(): IsocenterError | undefined {
    return this.#lost;
  }

  /** Messages can still be sent. */
  get isOpen(): boolean {
    return this.#lost === undefined && this.#released === undefined && this.#upper.canSendData;
  }

  /** The accepted context for a SOP class, of a given transfer syntax if that matters. */
  contextFor(abstractSyntax: string, transferSyntax?: string): AcceptedContext | undefined {
    return this.contexts.find(
      (context) =>
        context.abstractSyntax === abstractSyntax &&
        (transferSyntax === undefined || context.transferSyntax === transferSyntax),
    );
  }

  /**
   * Sends a request and waits for its final response; pending ones go to `options.onPending`.
   * @throws IsocenterError ASSOCIATION_ABORTED when the association ends first.
   */
  async invoke(
    context: AcceptedContext,
    elements: CommandSet,
    dataSet?: OutgoingDataSet,
    options: InvokeOptions = {},
  ): Promise<DimseResponse> {
    const messageId = this.#nextMessageId;
    this.#nextMessageId = (messageId % 0xffff) + 1;
    const cancel = () => {
      const request = { commandField: COMMAND['C-CANCEL'], messageIdBeingRespondedTo: messageId };
      this.#send(context.id, request).catch(() => undefined);
    };
    const pending = new PendingRequest(options.onPending, cancel);
    this.#waiting.set(messageId, pending);
    try {
      await this.#send(context.id, { ...elements, messageId }, dataSet);
      options.cancel?.addEventListener('abort', cancel, { once: true });
      if (options.cancel?.aborted) cancel();
      return await pending.final;
    } finally {
      options.cancel?.removeEventListener('abort', cancel);
      this.#waiting.delete(messageId);
    }
  }

  /** Orderly release; resolves when the peer has agreed and the connection is closed. */
  async release(): Promise<void> {
    if (this.#lost !== undefined) throw this.#lost;
    await this.#sending;
    this.#released = Promise.withResolvers<void>();
    this.#upper.signal('Evt11');
    await this.#released.promise;
    await this.closed;
  }

  /** A-ABORT. Whoever waits for something on this association gets `reason`. */
  abort(reason = new IsocenterError('ASSOCIATION_ABORTED', 'aborted on this side', { object: this.#label })): void {
    this.#end(reason);
    this.#upper.abort();
  }

  /** For the upper layer: everything it issues once the association stands. */
  take(indication: Indication): void | Promise<void> {
    switch (indication.kind) {
      case 'data':
        return this.#lost === undefined ? this.#assembler.take(indication.data) : undefined;
      case 'release':
        return void this.#answerRelease();
      case 'release-confirmed':
        this.#orderly = true;
        return this.#released?.resolve();
      case 'abort':
        this.#end(this.#abortError(abortText(indication.source, indication.reason)));
        return undefined;
      case 'provider-abort':
        this.#options.log('warning', `${this.#label}: ${indication.text}`);
        this.#end(this.#abortError(indication.text));
        return undefined;
      case 'associate':
      case 'associate-accepted':
      case 'associate-rejected':
        throw new TypeError(`${indication.kind} on an established association`);
    }
  }

  /** For the upper layer: the socket is gone. */
  connectionClosed(): void {
    clearInterval(this.#idleTimer);
    if (!this.#orderly) this.#end(this.#abortError('the connection is closed'));
    this.#closed.resolve();
  }

  get #label(): string {
    return `${this.peer.callingAe} → ${this.peer.calledAe}`;
  }

  #abortError(text: string): IsocenterError {
    return new IsocenterError('ASSOCIATION_ABORTED', text, { object: this.#label });
  }

  /** PduErrors thrown here become Evt19 in the upper layer, and so an A-ABORT with their reason. */
  #dispatch(message: Message): Promise<void> | undefined {
    const { command } = message;
    const context = this.contexts.find(({ id }) => id === message.contextId);
    if (context === undefined) {
      throw new PduError(`message on presentation context ${message.contextId}, which was not accepted`);
    }
    if (command.commandField === COMMAND['C-CANCEL']) {
      message.dataSet?.discard();
      this.#cancellable.get(command.messageIdBeingRespondedTo ?? -1)?.abort();
      return undefined;
    }
    if ((command.commandField & RESPONSE_BIT) === 0) {
      const controller = new AbortController();
      const messageId = command.messageId ?? -1;
      this.#cancellable.set(messageId, controller);
      this.#serving = this.#serving
        .then(() => this.#serve(context, message, controller.signal))
        .finally(() => this.#cancellable.delete(messageId));
      return undefined;
    }
    const waiting = this.#waiting.get(command.messageIdBeingRespondedTo ?? -1);
    if (waiting === undefined) {
      throw new PduError(
        `${commandName(command.commandField)} to no request of ours`,
        ABORT_REASON.unexpectedParameter,
      );
    }
    return waiting.take(message);
  }

  async #serve(context: AcceptedContext, { command, dataSet }: Message, cancelled: AbortSignal): Promise<void> {
    if (this.#lost !== undefined) return;
    let isOwing = false;
    const settle = () => {
      if (isOwing) this.#owed--;
      isOwing = false;
    };
    const owe = () => {
      isOwing = true;
      this.#owed++;
    };
    let answered = false;
    const respond = async (
      elements: CommandElements & { readonly status: number },
      identifier?: OutgoingDataSet,
    ): Promise<void> => {
      dataSet?.discard();
      await dataSet?.arrived;
      if (!isPending(elements.status)) {
        settle();
        answered = true;
      }
      const response = {
        affectedSopClassUid: command.affectedSopClassUid ?? command.requestedSopClassUid,
        messageIdBeingRespondedTo: command.messageId,
        ...elements,
        commandField: command.commandField | RESPONSE_BIT,
      };
      await this.#send(context.id, response, identifier);
    };
    if (dataSet === undefined) owe();
    else dataSet.arrived.then(owe, () => undefined);
    try {
      const handler = this.#options.handlers.find((candidate) => candidate.accepts(context.abstractSyntax));
      if (handler === undefined || !handler.commands.includes(command.commandField)) {
        await respond({ status: STATUS.unrecognizedOperation });
        return;
      }
      await handler.handle({ peer: this.peer, context, command, dataSet, association: this, cancelled, respond });
    } catch (error) {
      if (this.#lost !== undefined) return;
      this.#options.log('error', `${this.#label}: ${commandName(command.commandField)}: ${describeError(error)}`);
      if (!answered) await respond({ status: STATUS.processingFailure }).catch(() => undefined);
    } finally {
      settle();
    }
  }

  async #send(contextId: number, command: CommandSet, dataSet?: OutgoingDataSet): Promise<void> {
    const turn = this.#sending.then(() => this.#sendNow(contextId, command, dataSet));
    this.#sending = turn.catch(() => undefined);
    await turn;
  }

  async #sendNow(contextId: number, elements: CommandSet, dataSet?: OutgoingDataSet): Promise<void> {
    const commandDataSetType = dataSet === undefined ? NO_DATA_SET : HAS_DATA_SET;
    const head = new Fragmenter(contextId, true, this.#maxSendLength);
    const command = head.push(encodeCommandSet({ ...elements, commandDataSetType }));
    await this.#write(Buffer.concat([command, head.end()]));
    if (dataSet === undefined) return;
    const fragments = new Fragmenter(contextId, false, this.#maxSendLength);
    try {
      for await (const chunk of dataSet) {
        const bytes = fragments.push(chunk);
        if (bytes.length > 0) await this.#write(bytes);
      }
    } catch (error) {
      // Half a data set is out: there is no way to take it back but to end the association.
      if (this.#lost === undefined) this.abort(this.#abortError(`the data set broke off: ${describeError(error)}`));
      throw error;
    }
    await this.#write(fragments.end());
  }

  async #write(bytes: Buffer): Promise<void> {
    if (this.#lost !== undefined) throw this.#lost;
    if (!this.#upper.canSendData) throw this.#end(this.#abortError('the peer has released the association'));
    await this.#upper.sendData(bytes);
  }

  /** Answers A-RELEASE-RQ once everything asked for is answered. */
  async #answerRelease(): Promise<void> {
    await this.#serving;
    await this.#sending;
    if (actionFor('Evt14', this.#upper.state) === undefined) return;
    // Whoever still waits for an answer will not get it.
    if (this.#waiting.size > 0) this.#end(this.#abortError('the peer has released the association'));
    this.#orderly = true;
    this.#upper.signal('Evt14');
  }

  #checkIdle(): void {
    const silent = performance.now() - this.#upper.lastActivity;
    if (silent < this.#options.idleMs || this.#owed > 0 || this.#upper.isHeld) return;
    this.#options.log('warning', `${this.#label}: no message for ${Math.round(silent / 1000)} s, aborted`);
    this.abort(this.#abortError(`no message for ${Math.round(silent / 1000)} s`));
  }

  /** Returns why it ended: `error`, or what came before it. */
  #end(error: IsocenterError): IsocenterError {
    if (this.#lost !== undefined) return this.#lost;
    this.#lost = error;
    this.#assembler.fail(error);
    for (const waiting of this.#waiting.values()) waiting.fail(error);
    for (const controller of this.#cancellable.values()) controller.abort();
    this.#released?.reject(error);
    return error;
  }
}
