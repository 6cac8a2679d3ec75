import { IsocenterError } from '#shared/contract/errors.ts';
import { DEFLATED_LITTLE_ENDIAN } from '#shared/dicom/uid.ts';
import { DataSetTokens, encodingOf } from '#main/network/dataSetTokens.ts';
import { STATUS } from '#main/network/status.ts';

const SOP_CLASS = 0x00080016;
const SOP_INSTANCE = 0x00080018;
const LONGEST_UID = 64;

/**
 * Watches an arriving data set for two faults that must not be acknowledged: it ends within an element, or it holds
 * another instance than the C-STORE command says. Data sets it cannot walk (deflated, malformed) are not judged here;
 * they are kept as they come and their reader says what is wrong.
 */
export class ArrivalCheck {
  #tokens: DataSetTokens | undefined;
  #wanted: number | undefined;
  readonly #uids = new Map<number, string>();

  constructor(transferSyntaxUid: string) {
    if (transferSyntaxUid !== DEFLATED_LITTLE_ENDIAN) this.#tokens = new DataSetTokens(encodingOf(transferSyntaxUid));
  }

  push(chunk: Uint8Array): void {
    const tokens = this.#tokens;
    if (tokens === undefined) return;
    try {
      for (const token of tokens.push(chunk)) {
        if (token.kind === 'element') {
          const isUid = token.tag === SOP_CLASS || token.tag === SOP_INSTANCE;
          this.#wanted = isUid && tokens.depth === 0 && token.length <= LONGEST_UID ? token.tag : undefined;
        } else if (token.kind === 'value' && this.#wanted !== undefined) {
          const text = Buffer.from(token.bytes).toString('latin1');
          this.#uids.set(this.#wanted, (this.#uids.get(this.#wanted) ?? '') + text);
        }
      }
    } catch (error) {
      if (!(error instanceof IsocenterError)) throw error;
      this.#tokens = undefined;
    }
  }

  /** What to answer instead of success (PS3.4 table B.2-1), or undefined when nothing speaks against it. */
  fault(sopClassUid: string, sopInstanceUid: string): { status: number; comment: string } | undefined {
    if (this.#tokens?.isComplete === false) {
      return { status: STATUS.cannotUnderstand, comment: 'the data set is cut short' };
    }
    if (this.#differs(SOP_CLASS, sopClassUid)) {
      return {
        status: STATUS.dataSetDoesNotMatch,
        comment: 'SOP Class UID of the data set is not that of the command',
      };
    }
    if (this.#differs(SOP_INSTANCE, sopInstanceUid)) {
      return {
        status: STATUS.dataSetDoesNotMatch,
        comment: 'SOP Instance UID of the data set is not that of the command',
      };
    }
    return undefined;
  }

  #differs(tag: number, expected: string): boolean {
    const found = this.#uids.get(tag)?.replace(/[\0 ]+$/, '');
    return found !== undefined && found !== expected;
  }
}
