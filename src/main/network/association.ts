import { describeError, IsocenterError } from '#shared/contract/errors.ts';
import type { Indication } from './upperLayer/actions.ts';
import type { CommandSet } from './commandSet.ts';
import { COMMAND, commandName, RESPONSE_BIT } from './commandSet.ts';
import { actionFor } from './upperLayer/fsm.ts';
import { Invocations } from './dimse/invocations.ts';
import type { Message } from './dimse/messageAssembler.ts';
import { MessageAssembler } from './dimse/messageAssembler.ts';
import { MessageSender } from './dimse/messageSender.ts';
import type { Window } from './negotiation/operationsWindow.ts';
import { ABORT_REASON, PduError } from './pdu/types.ts';
import type { DataSetSource, PreparedDataSet } from './dimse/preparedDataSet.ts';
import { abortText } from './reasons.ts';
import { RequestServer } from './dimse/requestServer.ts';
import type {
  AcceptedContext,
  DimseResponse,
  InvokeOptions,
  Invoker,
  OutgoingDataSet,
  PeerIdentity,
  ServiceHandler,
} from './service.ts';
import type { UpperLayer } from './upperLayer/upperLayer.ts';

export interface AssociationOptions {
  readonly upperLayer: UpperLayer;
  readonly contexts: readonly AcceptedContext[];
  readonly peer: PeerIdentity;
  /** The peer's maximum length; 0 is no limit. */
  readonly peerMaxPduLength: number;
  readonly handlers: readonly ServiceHandler[];
  /** Operations outstanding at once, as negotiated. */
  readonly window: Window;
  /** Requestor: the peer confirmed our user identity; undefined when none was told. */
  readonly userAccepted?: boolean;
  /** The peer is silent for so long while we expect something of it: abort. Milliseconds. */
  readonly idleMs: number;
  readonly log: (level: 'info' | 'warning' | 'error', text: string) => void;
}

/** An established association: DIMSE messages both ways, release and abort. */
export class Association implements Invoker {
  readonly contexts: readonly AcceptedContext[];
  readonly peer: PeerIdentity;
  /** Longest P-DATA-TF the peer takes, bytes; 0 is no limit. */
  readonly peerMaxPduLength: number;
  /** Requestor: whether the peer confirmed our user identity; undefined when none was told. */
  readonly userAccepted: boolean | undefined;
  readonly #options: AssociationOptions;
  readonly #upper: UpperLayer;
  readonly #assembler: MessageAssembler;
  readonly #sender: MessageSender;
  readonly #requests: RequestServer;
  readonly #invocations: Invocations;
  readonly #closed = Promise.withResolvers<void>();
  readonly #idleTimer: NodeJS.Timeout;
  #released: PromiseWithResolvers<void> | undefined;
  #orderly = false;
  #lost: IsocenterError | undefined;

  constructor(options: AssociationOptions) {
    this.#options = options;
    this.#upper = options.upperLayer;
    this.contexts = options.contexts;
    this.peer = options.peer;
    this.peerMaxPduLength = options.peerMaxPduLength;
    this.userAccepted = options.userAccepted;
    this.#assembler = new MessageAssembler((message) => this.#dispatch(message));
    this.#sender = new MessageSender({
      peerMaxPduLength: options.peerMaxPduLength,
      write: (bytes) => this.#write(bytes),
      onBroken: (error) => {
        if (this.#lost === undefined) this.abort(this.#abortError(`the data set broke off: ${describeError(error)}`));
      },
    });
    this.#invocations = new Invocations(options.window.invoke);
    this.#requests = new RequestServer({
      handlers: options.handlers,
      peer: options.peer,
      association: this,
      sender: this.#sender,
      window: options.window.perform,
      isLost: () => this.#lost !== undefined,
      log: (level, text) => options.log(level, `${this.#label}: ${text}`),
    });
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

  /** Requests of the peer so far, by command ("C-STORE"). */
  get requestCounts(): Readonly<Record<string, number>> {
    return this.#requests.counts;
  }

  /** The accepted context for a SOP class, of a given transfer syntax if that matters. */
  contextFor(abstractSyntax: string, transferSyntax?: string): AcceptedContext | undefined {
    return this.contexts.find(
      (context) =>
        context.abstractSyntax === abstractSyntax &&
        (transferSyntax === undefined || context.transferSyntax === transferSyntax),
    );
  }

  prepare(context: AcceptedContext, source: DataSetSource): PreparedDataSet {
    return this.#sender.prepare(context.id, source);
  }

  /**
   * Sends a request and waits for its final response; pending ones go to `options.onPending`. While as many requests are
   * outstanding as the peer agreed to (one, unless more was negotiated), it waits for its turn.
   * @throws IsocenterError ASSOCIATION_ABORTED when the association ends first; NETWORK when the negotiated role does not
   *   allow the request.
   */
  async invoke(
    context: AcceptedContext,
    elements: CommandSet,
    dataSet?: OutgoingDataSet,
    options: InvokeOptions = {},
  ): Promise<DimseResponse> {
    this.#checkRole(context, elements.commandField);
    const sendCancel = (messageId: number) => {
      const request = { commandField: COMMAND['C-CANCEL'], messageIdBeingRespondedTo: messageId };
      this.#sender.send(context.id, request).catch(() => undefined);
    };
    const { messageId, request } = await this.#invocations.begin(options.onPending, sendCancel);
    const cancel = () => sendCancel(messageId);
    try {
      await this.#sender.send(context.id, { ...elements, messageId }, dataSet);
      options.cancel?.addEventListener('abort', cancel, { once: true });
      if (options.cancel?.aborted) cancel();
      return await request.final;
    } finally {
      options.cancel?.removeEventListener('abort', cancel);
      this.#invocations.end(messageId);
    }
  }

  /** Orderly release; resolves when the peer has agreed and the connection is closed. */
  async release(): Promise<void> {
    if (this.#lost !== undefined) throw this.#lost;
    await this.#sender.idle;
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
      this.#requests.cancel(command.messageIdBeingRespondedTo);
      return undefined;
    }
    if ((command.commandField & RESPONSE_BIT) === 0) {
      if (command.messageId === undefined) throw new PduError('command set: a request without message ID');
      this.#requests.take(context, message);
      return undefined;
    }
    const taken = this.#invocations.take(command.messageIdBeingRespondedTo, message);
    if (taken !== undefined) return taken;
    throw new PduError(`${commandName(command.commandField)} to no request of ours`, ABORT_REASON.unexpectedParameter);
  }

  /** Notifications are invoked by the SCP, all other operations by the SCU (PS3.7 7.1). */
  #checkRole({ role, abstractSyntax }: AcceptedContext, commandField: number): void {
    const needed = commandField === COMMAND['N-EVENT-REPORT'] ? 'scp' : 'scu';
    if (role === needed || role === 'both') return;
    const text = `${commandName(commandField)} needs the ${needed.toUpperCase()} role, which was not negotiated for ${abstractSyntax}`;
    throw new IsocenterError('NETWORK', text, { object: this.#label });
  }

  async #write(bytes: Buffer): Promise<void> {
    if (this.#lost !== undefined) throw this.#lost;
    if (!this.#upper.canSendData) throw this.#end(this.#abortError('the peer has released the association'));
    await this.#upper.sendData(bytes);
  }

  /** Answers A-RELEASE-RQ once everything asked for is answered. */
  async #answerRelease(): Promise<void> {
    await this.#requests.idle;
    await this.#sender.idle;
    if (actionFor('Evt14', this.#upper.state) === undefined) return;
    // Whoever still waits for an answer will not get it.
    if (this.#invocations.outstanding > 0) this.#end(this.#abortError('the peer has released the association'));
    this.#orderly = true;
    this.#upper.signal('Evt14');
  }

  /** While we owe the peer an answer, or hold its socket, it may be silent; but not when it does not read what we send. */
  #checkIdle(): void {
    const silent = performance.now() - this.#upper.lastActivity;
    if (silent < this.#options.idleMs) return;
    const isOurTurn = this.#requests.owed > 0 || this.#upper.isHeld;
    if (isOurTurn && !this.#upper.isBlocked) return;
    this.#options.log('warning', `${this.#label}: no message for ${Math.round(silent / 1000)} s, aborted`);
    this.abort(this.#abortError(`no message for ${Math.round(silent / 1000)} s`));
  }

  /** Returns why it ended: `error`, or what came before it. */
  #end(error: IsocenterError): IsocenterError {
    if (this.#lost !== undefined) return this.#lost;
    this.#lost = error;
    this.#assembler.fail(error);
    this.#invocations.fail(error);
    this.#requests.end();
    this.#released?.reject(error);
    return error;
  }
}
