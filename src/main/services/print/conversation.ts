import { IsocenterError } from '#shared/contract/errors.ts';
import type { DataSet } from '#shared/dicom/codec/dataset.ts';
import type { DataSetInput } from '#shared/dicom/codec/encode.ts';
import { newUid } from '#shared/dicom/uid.ts';
import type { Association } from '#main/network/association.ts';
import { COMMAND, type CommandElements } from '#main/network/commandSet.ts';
import type { AcceptedContext, DimseResponse } from '#main/network/service.ts';
import { STATUS, statusCategory } from '#main/network/status.ts';
import { incoming, outgoing } from '../dataSets.ts';
import { printStatusText } from './statusText.ts';

/** A warning of the printer: which step, which status, in words. */
export interface PrintWarning {
  readonly step: string;
  /** 0 where the warning is our own. */
  readonly status: number;
  readonly text: string;
}

interface Answer {
  readonly status: number;
  readonly instanceUid: string;
  readonly attributes: DataSet | undefined;
}

/**
 * Normalized operations with a printer (PS3.7 chapter 10) in the order given: a failure throws, a warning is kept. A class of the meta
 * SOP class travels on the context of the meta class (PS3.4 H.3.2).
 */
export class Conversation {
  readonly warnings: PrintWarning[] = [];
  readonly #association: Association;
  readonly #printer: string;

  constructor(association: Association, printer: string) {
    this.#association = association;
    this.#printer = printer;
  }

  /** N-CREATE; the printer may give another UID than ours. @throws DIMSE_STATUS */
  async create(context: AcceptedContext, sopClass: string, attributes: DataSetInput, step: string): Promise<Answer> {
    const uid = newUid();
    const names = { affectedSopClassUid: sopClass, affectedSopInstanceUid: uid };
    const response = await this.#ask(context, { commandField: COMMAND['N-CREATE'], ...names }, step, attributes);
    return { ...response, instanceUid: response.instanceUid === '' ? uid : response.instanceUid };
  }

  /** N-SET. @throws DIMSE_STATUS */
  set(
    context: AcceptedContext,
    sopClass: string,
    uid: string,
    attributes: DataSetInput,
    step: string,
  ): Promise<Answer> {
    const names = { requestedSopClassUid: sopClass, requestedSopInstanceUid: uid };
    return this.#ask(context, { commandField: COMMAND['N-SET'], ...names }, step, attributes);
  }

  /** N-ACTION 1, print. @throws DIMSE_STATUS */
  print(context: AcceptedContext, sopClass: string, uid: string, step: string): Promise<Answer> {
    const names = { requestedSopClassUid: sopClass, requestedSopInstanceUid: uid, actionTypeId: 1 };
    return this.#ask(context, { commandField: COMMAND['N-ACTION'], ...names }, step);
  }

  /** N-GET of some attributes. @throws DIMSE_STATUS */
  get(context: AcceptedContext, sopClass: string, uid: string, tags: readonly number[], step: string): Promise<Answer> {
    const names = { requestedSopClassUid: sopClass, requestedSopInstanceUid: uid, attributeIdentifierList: tags };
    return this.#ask(context, { commandField: COMMAND['N-GET'], ...names }, step);
  }

  /** N-DELETE; that a printer has already forgotten the object is no fault. */
  async delete(context: AcceptedContext, sopClass: string, uid: string, step: string): Promise<void> {
    const names = { requestedSopClassUid: sopClass, requestedSopInstanceUid: uid };
    const response = await this.#association.invoke(context, { commandField: COMMAND['N-DELETE'], ...names });
    const status = statusOf(response);
    if (status !== STATUS.success) this.warnings.push({ step, status, text: printStatusText(status) });
  }

  async #ask(
    context: AcceptedContext,
    command: CommandElements & { readonly commandField: number },
    step: string,
    attributes?: DataSetInput,
  ): Promise<Answer> {
    const dataSet = attributes === undefined ? undefined : outgoing(attributes, context);
    const response = await this.#association.invoke(context, command, dataSet);
    const status = statusOf(response);
    const category = statusCategory(status);
    if (category !== 'success' && category !== 'warning') {
      const comment = response.errorComment === undefined ? '' : ` (${response.errorComment})`;
      throw new IsocenterError('DIMSE_STATUS', `${step}: ${printStatusText(status)}${comment}`, {
        object: this.#printer,
      });
    }
    if (category === 'warning') this.warnings.push({ step, status, text: printStatusText(status) });
    return {
      status,
      instanceUid: response.affectedSopInstanceUid ?? '',
      attributes:
        response.dataSet === undefined
          ? undefined
          : incoming(response.dataSet, context, `answer of ${this.#printer} to "${step}"`),
    };
  }
}

const statusOf = (response: DimseResponse): number => response.status ?? STATUS.processingFailure;
