import type { CommandSet } from '../commandSet.ts';
import { decodeCommandSet, NO_DATA_SET } from '../commandSet.ts';
import { DataSetStream } from './dataSetStream.ts';
import type { DataPdu, PresentationDataValue } from '../pdu/types.ts';
import { ABORT_REASON, PduError } from '../pdu/types.ts';

/** A C-MOVE or N-ACTION command stays under 1 KiB; the cap keeps a hostile peer from filling memory with fragments. */
const MAX_COMMAND_SET = 64 * 1024;

export interface Message {
  readonly contextId: number;
  readonly command: CommandSet;
  readonly dataSet: DataSetStream | undefined;
}

/**
 * Puts P-DATA fragments together (PS3.8 annex E): the command set is gathered, the data set is streamed.
 * The message is handed on as soon as its command set is complete.
 */
export class MessageAssembler {
  readonly #onMessage: (message: Message) => Promise<void> | undefined;
  #contextId = 0;
  #command: Uint8Array[] = [];
  #commandBytes = 0;
  #dataSet: DataSetStream | undefined;

  /** @param onMessage returns a promise when no more messages should be read before it resolves */
  constructor(onMessage: (message: Message) => Promise<void> | undefined) {
    this.#onMessage = onMessage;
  }

  /**
   * @returns a promise when the reader of the data set, or whoever takes the messages, asks for time.
   * @throws PduError when fragments come in an order the standard does not allow or the command set is malformed.
   */
  take(pdu: DataPdu): Promise<void> | undefined {
    let pressure: Promise<void> | undefined;
    for (const value of pdu.values) {
      pressure = (value.command ? this.#takeCommand(value) : this.#takeData(value)) ?? pressure;
    }
    return pressure;
  }

  /** The association is gone: whoever reads a data set learns it. */
  fail(error: Error): void {
    this.#dataSet?.fail(error);
    this.#dataSet = undefined;
  }

  #takeCommand(value: PresentationDataValue): Promise<void> | undefined {
    if (this.#dataSet !== undefined)
      throw new PduError('command fragment inside a data set', ABORT_REASON.unexpectedParameter);
    if (this.#commandBytes > 0 && value.contextId !== this.#contextId) {
      throw new PduError('the presentation context changes within a command set', ABORT_REASON.unexpectedParameter);
    }
    this.#contextId = value.contextId;
    this.#commandBytes += value.data.length;
    if (this.#commandBytes > MAX_COMMAND_SET) throw new PduError(`command set over ${MAX_COMMAND_SET} bytes`);
    this.#command.push(value.data);
    if (!value.last) return undefined;
    const command = decodeCommandSet(Buffer.concat(this.#command));
    this.#command = [];
    this.#commandBytes = 0;
    if (command.commandDataSetType !== undefined && command.commandDataSetType !== NO_DATA_SET) {
      this.#dataSet = new DataSetStream();
    }
    return this.#onMessage({ contextId: this.#contextId, command, dataSet: this.#dataSet });
  }

  #takeData(value: PresentationDataValue): Promise<void> | undefined {
    const dataSet = this.#dataSet;
    if (dataSet === undefined || value.contextId !== this.#contextId) {
      throw new PduError('data set fragment without its command set', ABORT_REASON.unexpectedParameter);
    }
    const pressure = dataSet.push(value.data);
    if (value.last) {
      dataSet.end();
      this.#dataSet = undefined;
    }
    return pressure;
  }
}
