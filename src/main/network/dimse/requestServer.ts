import { describeError } from '#shared/contract/errors.ts';
import type { CommandElements } from '../commandSet.ts';
import { COMMAND, commandName, RESPONSE_BIT } from '../commandSet.ts';
import type { Message } from './messageAssembler.ts';
import type { MessageSender } from './messageSender.ts';
import { PduError } from '../pdu/types.ts';
import type { AcceptedContext, Invoker, OutgoingDataSet, PeerIdentity, ServiceHandler } from '../service.ts';
import { isPending, STATUS } from '../status.ts';

export interface RequestServerOptions {
  readonly handlers: readonly ServiceHandler[];
  readonly peer: PeerIdentity;
  /** What handlers get for sub-operations. */
  readonly association: Invoker;
  readonly sender: MessageSender;
  /** Requests of the peer that may be outstanding (PS3.7 D.3.3.3). */
  readonly window: number;
  /** The association has ended: nobody can be answered. */
  readonly isLost: () => boolean;
  readonly log: (level: 'info' | 'warning' | 'error', text: string) => void;
}

/**
 * Requests beyond the agreed window that are still served, in order: peers exist that send ahead without having asked,
 * and an object refused is worse than one that waits. What they hold of memory is bounded by it.
 */
const TOLERATED = 16;
const MAX_REFUSING = 16;

/** A request of the peer, from its command to its final response. */
interface Operation {
  readonly context: AcceptedContext;
  readonly message: Message;
  readonly cancel: AbortController;
  answered: boolean;
}

/** Serves the peer's requests: hands them to their handlers in order, and answers for what no handler takes. */
export class RequestServer {
  readonly #options: RequestServerOptions;
  /** Requests without final response, by message ID: what C-CANCEL refers to. */
  readonly #outstanding = new Map<number, Operation>();
  readonly #counts: Record<string, number> = {};
  /** Everything taken so far is dealt with. */
  #all: Promise<void> = Promise.resolve();
  /** The last request of a handler that wants to be alone is dealt with. */
  #alone: Promise<void> = Promise.resolve();
  #owed = 0;
  /** Refusals not yet with the socket. */
  #refusing = 0;

  constructor(options: RequestServerOptions) {
    this.#options = options;
  }

  /** Settles when everything asked so far is answered. */
  get idle(): Promise<void> {
    return this.#all;
  }

  /** Requests completely received and not yet answered: while there are any, the peer may be silent. */
  get owed(): number {
    return this.#owed;
  }

  /** Requests taken, by command ("C-STORE"). */
  get counts(): Readonly<Record<string, number>> {
    return this.#counts;
  }

  /** Takes a request. @throws PduError when the peer keeps asking for more than was agreed */
  take(context: AcceptedContext, message: Message): void {
    const { command } = message;
    const messageId = command.messageId ?? -1;
    const name = commandName(command.commandField).replace('-RQ', '');
    this.#counts[name] = (this.#counts[name] ?? 0) + 1;
    if (this.#outstanding.has(messageId)) {
      this.#refuse(context, message, STATUS.duplicateInvocation);
      return;
    }
    if (this.#outstanding.size >= this.#options.window + TOLERATED) {
      this.#options.log('warning', `${name}: far more than the agreed ${this.#options.window} outstanding, refused`);
      this.#refuse(context, message, STATUS.resourceLimitation);
      return;
    }
    const operation = { context, message, cancel: new AbortController(), answered: false };
    this.#outstanding.set(messageId, operation);
    const handler = this.#handlerOf(context, command.commandField);
    const isConcurrent = handler?.concurrent === true && this.#outstanding.size <= this.#options.window;
    const done = (isConcurrent ? this.#alone : this.#all).then(() => this.#serve(operation, handler));
    this.#all = Promise.all([this.#all, done]).then(() => undefined);
    if (!isConcurrent) this.#alone = done;
  }

  /** C-CANCEL-RQ; nothing happens when the operation is already over. */
  cancel(messageId: number | undefined): void {
    this.#outstanding.get(messageId ?? -1)?.cancel.abort();
  }

  /** The association has ended. */
  end(): void {
    for (const { cancel } of this.#outstanding.values()) cancel.abort();
  }

  /** Undefined when nobody here performs that operation, or it is not ours to perform in the negotiated role. */
  #handlerOf({ abstractSyntax, role }: AcceptedContext, commandField: number): ServiceHandler | undefined {
    // Notifications are for the SCU. Many SCPs report commitments in the default role, against PS3.4 J.3.3: they are
    // taken from them too, for whoever serves them knows what was asked for.
    if (role === 'scu' && commandField !== COMMAND['N-EVENT-REPORT']) return undefined;
    return this.#options.handlers.find(
      (handler) => handler.accepts(abstractSyntax) && handler.commands.includes(commandField),
    );
  }

  /** Answers without performing. A peer that does not stop at the answers is not going to. */
  #refuse(context: AcceptedContext, { command, dataSet }: Message, status: number): void {
    dataSet?.discard();
    if (++this.#refusing > MAX_REFUSING) {
      throw new PduError(`more than ${MAX_REFUSING} requests beyond the agreed ${this.#options.window} outstanding`);
    }
    const answer = async () => {
      await dataSet?.arrived;
      await this.#options.sender.send(context.id, responseTo(command, { status }));
      this.#refusing--;
    };
    answer().catch(() => undefined);
  }

  async #serve(operation: Operation, handler: ServiceHandler | undefined): Promise<void> {
    const { context, message, cancel } = operation;
    const { command, dataSet } = message;
    const { peer, association, log, isLost } = this.#options;
    if (isLost()) return;
    const respond = (elements: CommandElements & { readonly status: number }, identifier?: OutgoingDataSet) =>
      this.#respond(operation, elements, identifier);
    if (dataSet === undefined) this.#owed++;
    else {
      dataSet.arrived.then(
        () => {
          if (!operation.answered) this.#owed++;
        },
        () => undefined,
      );
    }
    try {
      if (handler === undefined) return await respond({ status: STATUS.unrecognizedOperation });
      await handler.handle({ peer, context, command, dataSet, association, cancelled: cancel.signal, respond });
      if (operation.answered || isLost()) return;
      log('error', `${commandName(command.commandField)}: ${handler.name} gave no answer`);
      await respond({ status: STATUS.processingFailure });
    } catch (error) {
      if (isLost()) return;
      log('error', `${commandName(command.commandField)}: ${describeError(error)}`);
      if (!operation.answered) await respond({ status: STATUS.processingFailure }).catch(() => undefined);
    } finally {
      this.#over(operation);
    }
  }

  #over(operation: Operation): void {
    const messageId = operation.message.command.messageId ?? -1;
    if (this.#outstanding.get(messageId) === operation) this.#outstanding.delete(messageId);
  }

  async #respond(
    operation: Operation,
    elements: CommandElements & { readonly status: number },
    identifier?: OutgoingDataSet,
  ): Promise<void> {
    const { command, dataSet } = operation.message;
    dataSet?.discard();
    await dataSet?.arrived;
    if (!isPending(elements.status) && !operation.answered) {
      operation.answered = true;
      this.#owed--;
      // From the moment the answer can be read the peer may send the next request, even under the same message ID.
      this.#over(operation);
    }
    await this.#options.sender.send(operation.context.id, responseTo(command, elements), identifier);
  }
}

function responseTo(command: Message['command'], elements: CommandElements) {
  return {
    affectedSopClassUid: command.affectedSopClassUid ?? command.requestedSopClassUid,
    messageIdBeingRespondedTo: command.messageId,
    ...elements,
    commandField: command.commandField | RESPONSE_BIT,
  };
}
