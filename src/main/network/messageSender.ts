import type { CommandSet } from './commandSet.ts';
import { encodeCommandSet, HAS_DATA_SET, NO_DATA_SET } from './commandSet.ts';
import { Fragmenter } from './fragmenter.ts';
import type { OutgoingDataSet } from './service.ts';

/** No PDU we send gets longer, whatever the peer would take: past this size nothing is won. */
const MAX_SEND_LENGTH = 256 * 1024;

export interface MessageSenderOptions {
  /** The peer's maximum length; 0 is no limit. */
  readonly peerMaxPduLength: number;
  /** Takes encoded P-DATA-TF; resolves when more is wanted. @throws when nothing can be sent any more */
  readonly write: (bytes: Buffer) => Promise<void>;
  /** Half a data set is out: there is no way to take it back but to end the association. */
  readonly onBroken: (error: unknown) => void;
}

/** Sends DIMSE messages one after the other: fragments of two never mix. */
export class MessageSender {
  readonly #options: MessageSenderOptions;
  readonly #maxLength: number;
  #turn: Promise<void> = Promise.resolve();

  constructor(options: MessageSenderOptions) {
    this.#options = options;
    const { peerMaxPduLength } = options;
    this.#maxLength = Math.min(peerMaxPduLength === 0 ? MAX_SEND_LENGTH : peerMaxPduLength, MAX_SEND_LENGTH);
  }

  /** Settles when everything given so far is out or has failed. */
  get idle(): Promise<void> {
    return this.#turn;
  }

  /** Resolves when the message is with the socket. @throws what `write` or the data set throws */
  async send(contextId: number, command: CommandSet, dataSet?: OutgoingDataSet): Promise<void> {
    const turn = this.#turn.then(() => this.#sendNow(contextId, command, dataSet));
    this.#turn = turn.catch(() => undefined);
    await turn;
  }

  async #sendNow(contextId: number, elements: CommandSet, dataSet?: OutgoingDataSet): Promise<void> {
    const { write, onBroken } = this.#options;
    const commandDataSetType = dataSet === undefined ? NO_DATA_SET : HAS_DATA_SET;
    const head = new Fragmenter(contextId, true, this.#maxLength);
    const command = head.push(encodeCommandSet({ ...elements, commandDataSetType }));
    await write(Buffer.concat([command, head.end()]));
    if (dataSet === undefined) return;
    const fragments = new Fragmenter(contextId, false, this.#maxLength);
    try {
      for await (const chunk of dataSet) {
        const bytes = fragments.push(chunk);
        if (bytes.length > 0) await write(bytes);
      }
    } catch (error) {
      onBroken(error);
      throw error;
    }
    await write(fragments.end());
  }
}
