import type { Socket } from 'node:net';
import { IsocenterError } from '#shared/contract/errors.ts';
import type { Effects, EventInput, Indication } from './actions.ts';
import { ACTIONS } from './actions.ts';
import type { Event, State } from './fsm.ts';
import { actionFor, EVENTS, STATES } from './fsm.ts';
import { encodePdu } from '../pdu/encode.ts';
import { PduReader } from '../pdu/reader.ts';
import type { Pdu } from '../pdu/types.ts';
import { ABORT_REASON, PduError } from '../pdu/types.ts';
import type { TransportError } from '../tls/words.ts';
import { transportText } from '../tls/words.ts';

export interface UpperLayerOptions {
  readonly socket: Socket;
  readonly isRequestor: boolean;
  /** Opens the transport: the requestor's AE-1. */
  readonly connect?: () => void;
  /** Over TLS: whether the handshake is done. */
  readonly isSecured?: () => boolean;
  /** Longest P-DATA-TF this side announces and takes, bytes. */
  readonly maxPduLength: number;
  /** ARTIM timer (PS3.8 9.1.5), milliseconds. */
  readonly artimMs: number;
  /** Told of everything the table issues; a promise returned for data holds the socket until it settles. */
  readonly onIndication: (indication: Indication) => void | Promise<void>;
  /** Called once, when the socket is gone. */
  readonly onClosed: () => void;
}

const EVENT_OF: Record<Pdu['type'], Event> = {
  'A-ASSOCIATE-AC': 'Evt3',
  'A-ASSOCIATE-RJ': 'Evt4',
  'A-ASSOCIATE-RQ': 'Evt6',
  'P-DATA-TF': 'Evt10',
  'A-RELEASE-RQ': 'Evt12',
  'A-RELEASE-RP': 'Evt13',
  'A-ABORT': 'Evt16',
};

/** One connection under the state machine of PS3.8 section 9: bytes and primitives in, bytes and indications out. */
export class UpperLayer {
  readonly #options: UpperLayerOptions;
  readonly #socket: Socket;
  readonly #reader: PduReader;
  readonly #effects: Effects;
  #state: State = 'Sta1';
  #artim: NodeJS.Timeout | undefined;
  /** What the user still has to swallow before more is read. */
  #pressure: Promise<void> | undefined;
  #wakeSender: (() => void) | undefined;
  #transportError: TransportError | undefined;
  /** Time of the last PDU in either direction, for the idle timer. */
  lastActivity = performance.now();

  constructor(options: UpperLayerOptions) {
    this.#options = options;
    this.#socket = options.socket;
    this.#reader = new PduReader(options.maxPduLength);
    this.#effects = {
      isRequestor: options.isRequestor,
      connect: () => options.connect?.(),
      send: (pdu, sent) => this.#write(pdu, sent),
      close: () => this.#close(),
      startArtim: () => this.#startArtim(),
      stopArtim: () => clearTimeout(this.#artim),
      issue: (indication) => {
        this.#pressure = options.onIndication(indication) ?? undefined;
      },
    };
    this.#socket.setNoDelay(true);
    this.#socket.on('data', (chunk: Buffer) => this.#pump(this.#reader.read(chunk)));
    this.#socket.on('error', (error) => {
      this.#transportError = error;
    });
    this.#socket.on('close', () => this.#onClose());
  }

  get state(): State {
    return this.#state;
  }

  /** True while the socket is held because the user has not yet swallowed what came. */
  get isHeld(): boolean {
    return this.#socket.isPaused();
  }

  /** True while the peer does not take what was sent. */
  get isBlocked(): boolean {
    return this.#socket.writableNeedDrain;
  }

  /** What went wrong with the connection below, if anything. */
  get transportError(): TransportError | undefined {
    return this.#transportError;
  }

  get canSendData(): boolean {
    return actionFor('Evt9', this.#state) !== undefined;
  }

  /** Runs one event through table 9-10. A local primitive that the state does not allow is the caller's error. */
  signal(event: Event, input: EventInput = {}): void {
    const action = actionFor(event, this.#state);
    if (action === undefined) {
      throw new IsocenterError('NETWORK', `${EVENTS[event]} is not possible in state "${STATES[this.#state]}"`);
    }
    this.lastActivity = performance.now();
    this.#state = ACTIONS[action](this.#effects, input);
    if (!this.canSendData) this.#wakeSender?.();
  }

  /** Sends P-DATA-TF bytes; resolves when the transport has taken them, or nothing can be sent any more. */
  async sendData(bytes: Buffer): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#wakeSender = resolve;
      this.signal('Evt9', { bytes, sent: resolve });
    });
    this.#wakeSender = undefined;
    this.lastActivity = performance.now();
  }

  /** A-ABORT request; does nothing where there is nothing left to abort. */
  abort(reason?: number): void {
    if (actionFor('Evt15', this.#state) !== undefined) this.signal('Evt15', { reason });
    else if (this.#state === 'Sta2') this.#close();
  }

  /** Closes once what is queued is out, without waiting for the peer. */
  destroySoon(): void {
    this.#socket.destroySoon();
  }

  #write(pdu: Pdu | Buffer, sent?: () => void): void {
    if (this.#socket.writable) this.#socket.write(Buffer.isBuffer(pdu) ? pdu : encodePdu(pdu), sent);
    else sent?.();
  }

  #close(): void {
    // A held socket would never see the peer's end of the connection.
    this.#socket.resume();
    this.#socket.destroySoon();
  }

  #startArtim(): void {
    clearTimeout(this.#artim);
    this.#artim = setTimeout(() => {
      if (actionFor('Evt18', this.#state) === undefined) return;
      this.signal('Evt18');
      // The peer had its time: do not wait for it to take what is still queued.
      this.#socket.destroy();
    }, this.#options.artimMs);
  }

  /** Feeds PDUs to the table until the user asks for time; then holds the socket and goes on when time has come. */
  #pump(pdus: Generator<Pdu, void>): void {
    while (this.#step(pdus)) {
      const pressure = this.#pressure;
      if (pressure === undefined) continue;
      this.#pressure = undefined;
      this.#socket.pause();
      const proceed = () => {
        this.#socket.resume();
        this.#pump(pdus);
      };
      pressure.then(proceed, () => this.abort());
      return;
    }
  }

  #step(pdus: Generator<Pdu, void>): boolean {
    try {
      const step = pdus.next();
      if (step.done === true) return false;
      this.#receive(step.value);
      return true;
    } catch (error) {
      if (!(error instanceof PduError)) throw error;
      if (actionFor('Evt19', this.#state) !== undefined) {
        this.signal('Evt19', { reason: error.reason, text: error.message });
      }
      return false;
    }
  }

  #receive(pdu: Pdu): void {
    const event = EVENT_OF[pdu.type];
    if (actionFor(event, this.#state) === undefined) return;
    this.signal(event, {
      pdu,
      text: `unexpected ${pdu.type} in state "${STATES[this.#state]}"`,
      reason: ABORT_REASON.unexpectedPdu,
    });
  }

  #onClose(): void {
    clearTimeout(this.#artim);
    if (actionFor('Evt17', this.#state) !== undefined) {
      this.signal('Evt17', {
        text: this.#transportText() ?? 'the peer closed the connection without release',
      });
    }
    this.#state = 'Sta1';
    this.#wakeSender?.();
    this.#options.onClosed();
  }

  #transportText(): string | undefined {
    const secured = this.#options.isSecured?.();
    return this.#transportError === undefined ? undefined : transportText(this.#transportError, secured);
  }
}
