import { createORPCClient, ORPCError } from '@orpc/client';
import { RPCLink } from '@orpc/client/fetch';
import type { ContractRouterClient } from '@orpc/contract';
import { type ErrorCode, IsocenterError } from '#shared/contract/errors.ts';
import type { contract } from '#shared/contract/rpc.ts';

export type RpcClient = ContractRouterClient<typeof contract>;

/** The typed door to main, on the page's own origin: http in the web host, the app's protocol in Electron. */
export const rpc: RpcClient = createORPCClient(
  new RPCLink({
    url: () => new URL('/rpc', globalThis.location.href).href,
    interceptors: [
      async (call) => {
        try {
          const output: unknown = await call.next();
          return isStream(output) ? inOurErrors(output) : output;
        } catch (error) {
          throw asIsocenterError(error);
        }
      },
    ],
  }),
);

const isStream = (output: unknown): output is AsyncIterable<unknown> =>
  typeof output === 'object' && output !== null && Symbol.asyncIterator in output;

/** What fails while events come in fails as a call does. */
async function* inOurErrors(events: AsyncIterable<unknown>): AsyncGenerator<unknown, void, undefined> {
  try {
    yield* events;
  } catch (error) {
    throw asIsocenterError(error);
  }
}

/** The IsocenterError behind a failed call: main sends code, object and attribute in the error's data. */
function asIsocenterError(error: unknown): unknown {
  if (error instanceof TypeError) return new IsocenterError('NETWORK', 'the archive does not answer', { cause: error });
  if (!(error instanceof ORPCError)) return error;
  const data: unknown = error.data;
  const field = (name: string): string | undefined => {
    if (typeof data !== 'object' || data === null) return undefined;
    const value = (data as Record<string, unknown>)[name];
    return typeof value === 'string' ? value : undefined;
  };
  return new IsocenterError((field('code') ?? error.code) as ErrorCode, error.message, {
    object: field('object'),
    attribute: field('attribute'),
    cause: error,
  });
}
