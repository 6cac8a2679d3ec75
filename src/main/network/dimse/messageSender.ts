import type { CommandSet } from '../commandSet.ts';
import { encodeCommandSet, HAS_DATA_SET, NO_DATA_SET } from '../commandSet.ts';
import { commandPdus, Fragmenter } from './fragmenter.ts';
import type { DataSetSource } from './preparedDataSet.ts';
import { FramePool, PreparedDataSet, withCommand } from './preparedDataSet.ts';
import type { OutgoingDataSet } from '../service.ts';

/** No PDU we send gets longer, whatever the peer would take: past this size nothing is won. */
const MAX_SEND_LENGTH = 256 * 1024;

export interface MessageSenderOptions {
  /** The peer's maximum length; 0 is no limit. */
  readonly peerMaxPduLength: number;
  /** Takes encoded P-DATA-TF; resolves when the bytes may be reused. @throws when nothing can be sent any more */
  readonly write: (bytes: Buffer) => Promise<void>;
  /** Half a data set is out: there is no way to take it back but to end the association. */
  readonly onBroken: (error: unknown) => void;
}

/** Sends DIMSE messages one after the other: fragments of two never mix. */
export class MessageSender {
  readonly #options: MessageSenderOptions;
  readonly #maxLength: number;
  #turn: Promise<void> = Promise.resolve();
  #pool: FramePool | undefined;

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

  /** A data set that begins to be read now, to be sent with `send` later. The caller closes it in any case. */
  prepare(contextId: number, source: DataSetSource): PreparedDataSet {
    this.#pool ??= new FramePool(this.#maxLength);
    return new PreparedDataSet(source, contextId, this.#pool);
  }

  async #sendNow(contextId: number, elements: CommandSet, dataSet?: OutgoingDataSet): Promise<void> {
    const commandDataSetType = dataSet === undefined ? NO_DATA_SET : HAS_DATA_SET;
    const command = commandPdus(contextId, encodeCommandSet({ ...elements, commandDataSetType }), this.#maxLength);
    if (dataSet instanceof PreparedDataSet) return this.#sendPrepared(command, dataSet);
    await this.#options.write(command);
    if (dataSet !== undefined) await this.#sendChunks(contextId, dataSet);
  }

  /** Nothing has left when the first read fails; afterwards a failure costs the association. */
  async #sendPrepared(command: Buffer, dataSet: PreparedDataSet): Promise<void> {
    const { write, onBroken } = this.#options;
    let batch = await dataSet.next();
    if (batch === undefined) throw new TypeError('a prepared data set can be sent once');
    const together = withCommand(command, batch);
    if (together === undefined) await write(command);
    await write(together ?? batch.bytes);
    for (;;) {
      dataSet.recycle(batch);
      try {
        batch = await dataSet.next();
      } catch (error) {
        onBroken(error);
        throw error;
      }
      if (batch === undefined) return;
      await write(batch.bytes);
    }
  }

  async #sendChunks(contextId: number, dataSet: Exclude<OutgoingDataSet, PreparedDataSet>): Promise<void> {
    const { write, onBroken } = this.#options;
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
