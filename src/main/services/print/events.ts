import { COMMAND } from '#main/network/commandSet.ts';
import { collect } from '#main/network/pendingRequest.ts';
import type { ServiceHandler } from '#main/network/service.ts';
import { STATUS } from '#main/network/status.ts';
import { incoming } from '../dataSets.ts';
import { EXPLICIT_LITTLE_ENDIAN, IMPLICIT_LITTLE_ENDIAN } from '#shared/dicom/uid.ts';
import { GRAYSCALE_PRINT_META, PRINT_JOB, PRINTER } from './sopClasses.ts';
import { infoText } from './statusText.ts';

/** Something a printer said by itself. */
export interface PrintEvent {
  readonly of: 'printer' | 'job';
  /** NORMAL, WARNING, FAILURE; for a job PENDING, PRINTING, DONE, FAILURE. */
  readonly status: string;
  /** In words; '' when the printer gave no reason. */
  readonly info: string;
  readonly sopInstanceUid: string;
}

/** Event types by ID: of the printer (PS3.4 table H.4-19), of a print job (table H.4-17). */
const PRINTER_EVENTS: Readonly<Record<number, string>> = { 1: 'NORMAL', 2: 'WARNING', 3: 'FAILURE' };
const JOB_EVENTS: Readonly<Record<number, string>> = { 1: 'PENDING', 2: 'PRINTING', 3: 'DONE', 4: 'FAILURE' };

const MAX_EVENT = 64 * 1024;
/** PS3.7 annex C. */
const NO_SUCH_EVENT_TYPE = 0x0113;
const NO_SUCH_CLASS = 0x0118;

/** Takes N-EVENT-REPORT of printer and print job on the association we print over, and answers it. */
export const printEvents = (onEvent: (event: PrintEvent) => void): ServiceHandler => ({
  name: 'Print events',
  commands: [COMMAND['N-EVENT-REPORT']],
  transferSyntaxes: [EXPLICIT_LITTLE_ENDIAN, IMPLICIT_LITTLE_ENDIAN],
  accepts: (abstractSyntax) => abstractSyntax === GRAYSCALE_PRINT_META || abstractSyntax === PRINT_JOB,
  async handle(request) {
    const { command, context, dataSet } = request;
    const isJob = command.affectedSopClassUid === PRINT_JOB;
    const types = isJob ? JOB_EVENTS : PRINTER_EVENTS;
    const status = types[command.eventTypeId ?? -1];
    const known = isJob || command.affectedSopClassUid === PRINTER;
    const report =
      dataSet === undefined ? undefined : incoming(await collect(dataSet, MAX_EVENT), context, 'event report');
    const answer = { eventTypeId: command.eventTypeId, affectedSopInstanceUid: command.affectedSopInstanceUid };
    if (!known || status === undefined)
      return request.respond({ ...answer, status: known ? NO_SUCH_EVENT_TYPE : NO_SUCH_CLASS });
    const info = report?.string(isJob ? 'ExecutionStatusInfo' : 'PrinterStatusInfo') ?? '';
    await request.respond({ ...answer, status: STATUS.success });
    onEvent({
      of: isJob ? 'job' : 'printer',
      status,
      info: infoText(info),
      sopInstanceUid: command.affectedSopInstanceUid ?? '',
    });
  },
});
