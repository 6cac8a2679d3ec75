import { onePatient } from '#main/archive/index/read/locate.ts';
import { IsocenterError } from '#shared/contract/errors.ts';
import type { FindEvent, RetrieveEvent } from '#shared/contract/rpc/query.ts';
import { type Channel, createChannel } from '../channel.ts';
import type { AppServices } from '../services.ts';
import { asRpcError, type Implementer } from './base.ts';

export const queryRouter = (rpc: Implementer, services: AppServices) => {
  const { query, nodes, archive, log } = services;
  return {
    studies: rpc.query.studies.handler(async ({ input, signal }) => {
      const node = await nodes.get(input.nodeId);
      return follow<FindEvent>(log, async (channel, stop) => {
        const end = await query.studies(
          node,
          input.search,
          input.limit,
          (study) => channel.push({ event: 'study', study }),
          stop,
        );
        channel.push({ event: 'end', ...end, warnings: [...end.warnings] });
      }, signal); // biome-ignore format: one argument a line says nothing
    }),
    series: rpc.query.series.handler(async ({ input, signal }) =>
      query.series(await nodes.get(input.nodeId), input, signal),
    ),
    retrieve: rpc.query.retrieve.handler(async ({ input, signal }) => {
      const node = await nodes.get(input.nodeId);
      return follow<RetrieveEvent>(
        log,
        (channel, stop) => query.retrieve(node, input, (event) => channel.push(event), stop),
        signal,
      );
    }),
    patientOf: rpc.query.patientOf.handler(async ({ input: { studyInstanceUid } }) => {
      const [object] = onePatient(await archive.locate({ studyInstanceUid }), studyInstanceUid);
      if (object === undefined) {
        throw new IsocenterError('NOT_FOUND', 'not in the archive', { object: studyInstanceUid });
      }
      return { patientKey: object.patientKey };
    }),
  };
};

/** What `work` pushes, as a stream that ends with it; a page that goes away stops the work. */
async function* follow<T>(
  log: AppServices['log'],
  work: (channel: Channel<T>, stop: AbortSignal) => Promise<void>,
  signal: AbortSignal | undefined,
): AsyncGenerator<T, void, undefined> {
  const channel = createChannel<T>();
  const stop = new AbortController();
  const abort = (): void => stop.abort();
  signal?.addEventListener('abort', abort, { once: true });
  if (signal?.aborted) abort();
  void work(channel, stop.signal).then(
    () => channel.close(),
    (error: unknown) => channel.close(asRpcError(error, log)),
  );
  try {
    for (let event = await channel.next(); event !== undefined; event = await channel.next()) yield event;
  } finally {
    abort();
    signal?.removeEventListener('abort', abort);
  }
}
