import { yieldNow } from '../dose/yieldNow.ts';
import type { FromOptimizer, ToOptimizer } from './base.ts';
import { optimize } from './optimize.ts';
import { OptimizerSession } from './session.ts';

/** The part of a worker's global scope that is used here (the page's types have no DedicatedWorkerGlobalScope). */
interface Scope {
  onmessage: ((event: { readonly data: ToOptimizer }) => void) | null;
  postMessage(message: FromOptimizer, transfer: Transferable[]): void;
}

const scope = globalThis as unknown as Scope;
const post = (message: FromOptimizer, transfer: Transferable[]): void => scope.postMessage(message, transfer);
const session = new OptimizerSession({ post, yieldNow, now: () => performance.now() }, optimize);
scope.onmessage = ({ data }) => session.hear(data);
