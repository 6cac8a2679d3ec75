import { COMMAND, type CommandElements } from '#main/network/commandSet.ts';
import { listen } from '#main/network/listen.ts';
import { collect } from '#main/network/pendingRequest.ts';
import type { IncomingRequest, ServiceHandler } from '#main/network/service.ts';
import { incoming, outgoing } from '#main/services/dataSets.ts';
import type { Peer } from '#main/services/peer.ts';
import * as classes from '#main/services/print/sopClasses.ts';
import type { DataSet } from '#shared/dicom/codec/dataset.ts';
import type { DataSetInput } from '#shared/dicom/codec/encode.ts';
import { EXPLICIT_LITTLE_ENDIAN, newUid } from '#shared/dicom/uid.ts';

interface Said {
  readonly command: string;
  readonly sopClass: string;
  readonly attributes: DataSet | undefined;
}

export interface PrintServer {
  readonly peer: Peer;
  /** Everything asked of it, in order. */
  readonly said: readonly Said[];
  /** What its N-EVENT-REPORT was answered with. */
  readonly eventStatuses: readonly number[];
  close(): Promise<void>;
}

export interface PrintServerOptions {
  /** Status it answers a command about a class with, instead of success: `N-SET 1.2.840…`. */
  readonly statuses?: Readonly<Record<string, number>>;
  readonly annotationBoxes?: number;
  readonly printerStatus?: string;
  readonly printerInfo?: string;
  /** What a print job says each time it is asked. */
  readonly jobs?: readonly string[];
}

const KINDS = Object.entries(COMMAND);

/** A printer with what dcmprscp lacks: annotation boxes, print jobs, event reports, and warnings on demand. */
export async function startPrintServer(options: PrintServerOptions = {}): Promise<PrintServer> {
  const said: Said[] = [];
  const eventStatuses: number[] = [];
  const jobs = [...(options.jobs ?? ['DONE'])];
  const refs = (sopClass: string, count: number) =>
    Array.from({ length: count }, () => ({ ReferencedSOPClassUID: sopClass, ReferencedSOPInstanceUID: newUid() }));

  const answerOf = (command: string, sopClass: string, attributes: DataSet | undefined): DataSetInput | undefined => {
    if (command === 'N-GET' && sopClass === classes.PRINTER)
      return {
        PrinterStatus: options.printerStatus ?? 'NORMAL',
        PrinterStatusInfo: options.printerInfo ?? 'NORMAL',
      };
    if (command === 'N-GET') return { ExecutionStatus: jobs.length > 1 ? jobs.shift() : jobs[0] };
    if (command === 'N-ACTION') return { ReferencedPrintJobSequence: refs(classes.PRINT_JOB, 1) };
    if (command !== 'N-CREATE' || sopClass !== classes.FILM_BOX) return undefined;
    const [columns, rows] = attributes?.string('ImageDisplayFormat').split('\\')[1].split(',').map(Number) ?? [0, 0];
    const annotations = attributes?.has('AnnotationDisplayFormatID') === true ? (options.annotationBoxes ?? 0) : 0;
    return {
      ReferencedImageBoxSequence: refs(classes.GRAYSCALE_IMAGE_BOX, columns * rows),
      ReferencedBasicAnnotationBoxSequence: refs(classes.ANNOTATION_BOX, annotations),
    };
  };

  const report = async (request: IncomingRequest): Promise<void> => {
    const about = { affectedSopClassUid: classes.PRINTER, affectedSopInstanceUid: classes.PRINTER_INSTANCE };
    const response = await request.association.invoke(
      request.context,
      { commandField: COMMAND['N-EVENT-REPORT'], ...about, eventTypeId: 2 },
      outgoing({ PrinterStatusInfo: 'SUPPLY LOW' }, request.context),
    );
    eventStatuses.push(response.status ?? -1);
  };

  const handler: ServiceHandler = {
    name: 'Print server',
    commands: KINDS.map(([, field]) => field),
    transferSyntaxes: [EXPLICIT_LITTLE_ENDIAN],
    accepts: (uid) => uid.startsWith('1.2.840.10008.5.1.1.'),
    async handle(request) {
      const { command, context, dataSet } = request;
      const kind = KINDS.find(([, field]) => field === command.commandField)?.[0] ?? '';
      const sopClass = command.affectedSopClassUid ?? command.requestedSopClassUid ?? '';
      const attributes =
        dataSet === undefined ? undefined : incoming(await collect(dataSet, 1 << 26), context, `${kind} ${sopClass}`);
      said.push({ command: kind, sopClass, attributes });
      if (kind === 'N-CREATE' && sopClass === classes.FILM_SESSION) await report(request);
      const status = options.statuses?.[`${kind} ${sopClass}`] ?? 0;
      const names: CommandElements = {
        affectedSopClassUid: sopClass,
        affectedSopInstanceUid: command.affectedSopInstanceUid ?? command.requestedSopInstanceUid,
      };
      const answer = answerOf(kind, sopClass, attributes);
      await request.respond({ ...names, status }, answer === undefined ? undefined : outgoing(answer, context));
    },
  };
  const listener = await listen({ port: 0, host: '127.0.0.1', aeTitle: 'PRINTER', handlers: [handler] });
  return {
    peer: { aeTitle: 'PRINTER', host: '127.0.0.1', port: listener.port },
    said,
    eventStatuses,
    close: () => listener.close(),
  };
}
