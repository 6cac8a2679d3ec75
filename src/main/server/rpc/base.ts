import { implement, ORPCError } from '@orpc/server';
import { IsocenterError } from '#shared/contract/errors.ts';
import { contract } from '#shared/contract/rpc.ts';
import { httpStatusOf } from '../errors.ts';
import type { AppServices } from '../services.ts';

/** The contract, to be implemented subject by subject; what a procedure throws crosses the wire as we name it. */
export const implementer = (log: AppServices['log']) =>
  implement(contract).use(async ({ next }) => {
    try {
      return await next();
    } catch (error) {
      throw asRpcError(error, log);
    }
  });
export type Implementer = ReturnType<typeof implementer>;

/** Errors cross the wire with our code, the object and the attribute (`data`); what we did not expect stays in the log. */
export function asRpcError(error: unknown, log: AppServices['log']): Error {
  if (error instanceof ORPCError) return error;
  if (error instanceof IsocenterError) {
    const { code, message, object, attribute } = error;
    return new ORPCError(code, { status: httpStatusOf(code), message, data: { code, object, attribute } });
  }
  log.error(error instanceof Error ? (error.stack ?? error.message) : String(error));
  return new ORPCError('INTERNAL', { status: 500, message: 'internal error, see the log', data: { code: 'INTERNAL' } });
}
