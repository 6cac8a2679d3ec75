import { IsocenterError } from '#shared/contract/errors.ts';
import { packError } from '../jobs/base.ts';
import type { FromOptimizer, ToOptimizer } from './base.ts';

/** The part of a worker's global scope that is used here (the page's types have no DedicatedWorkerGlobalScope). */
interface Scope {
  onmessage: ((event: { readonly data: ToOptimizer }) => void) | null;
  postMessage(message: FromOptimizer): void;
}

const scope = globalThis as unknown as Scope;
scope.onmessage = () =>
  scope.postMessage({
    kind: 'failed',
    error: packError(new IsocenterError('NOT_IMPLEMENTED', 'the optimiser comes with the next piece')),
  });
