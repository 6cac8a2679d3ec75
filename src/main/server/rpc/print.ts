import { filmPreview } from '#main/services/print/film/preview.ts';
import { checkJob } from '#main/services/print/film/printJob.ts';
import { ownWindow } from '#main/services/print/image/sliceImage.ts';
import { printerState, printFilms } from '#main/services/print/printScu.ts';
import type { PrintEvent, PrintRequest } from '#shared/contract/rpc/print.ts';
import { createChannel } from '../channel.ts';
import type { AppServices } from '../services.ts';
import { asRpcError, type Implementer } from './base.ts';
import { archivedSlices, buildJob } from './printJobs.ts';

export const printRouter = (rpc: Implementer, services: AppServices) => {
  const { archive, nodes } = services;
  return {
    slices: rpc.print.slices.handler(async ({ input }) => {
      const slices = await archivedSlices(archive, input.patientKey, input.seriesInstanceUid);
      const { file, frame } = slices[Math.floor(slices.length / 2)];
      const { dataset } = file.header;
      return {
        count: slices.length,
        window: await ownWindow(await file.load(), frame),
        hasSpacing: dataset.has('PixelSpacing') || dataset.has('SharedFunctionalGroupsSequence'),
      };
    }),
    preview: rpc.print.preview.handler(async ({ input, signal }) => {
      const { job, films, images } = await buildJob(archive, input, { onlyFilm: input.filmIndex, signal });
      checkJob(job);
      const png = Buffer.from(filmPreview(job, 0, input.width)).toString('base64');
      return { png, films, images };
    }),
    printer: rpc.print.printer.handler(async ({ input, signal }) =>
      printerState(await nodes.get(input.id), services.caller(), signal),
    ),
    print: rpc.print.print.handler(({ input, signal }) => printing(services, input, signal)),
  };
};

async function* printing(
  services: AppServices,
  request: PrintRequest & { readonly nodeId: string },
  signal: AbortSignal | undefined,
): AsyncGenerator<PrintEvent> {
  const { archive, log, nodes } = services;
  const node = await nodes.get(request.nodeId);
  const channel = createChannel<PrintEvent>();
  const run = async (): Promise<void> => {
    const { job } = await buildJob(archive, request, { signal });
    const report = await printFilms(node, services.caller(), job, {
      signal,
      onProgress: (text, done, total) => channel.push({ event: 'progress', text, done, total }),
      onEvent: ({ status, info }) => channel.push({ event: 'printer', status, info }),
    });
    log.info(`${report.films} films printed on ${node.aeTitle}, ${report.images} images`);
    for (const { step, text } of report.warnings) log.warning(`${node.aeTitle}: ${step}: ${text}`);
    channel.push({
      event: 'report',
      report: { ...report, jobs: [...report.jobs], warnings: [...report.warnings] },
    });
  };
  yield { event: 'progress', text: 'preparing images', done: 0, total: 1 };
  void run().then(
    () => channel.close(),
    (error: unknown) => channel.close(asRpcError(error, log)),
  );
  for (let event = await channel.next(); event !== undefined; event = await channel.next()) yield event;
}
