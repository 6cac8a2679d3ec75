import type { FromWorker, ToWorker } from '#shared/dosimetry/parallel/messages.ts';
import { doseWorker } from '#shared/dosimetry/parallel/worker.ts';
import { yieldNow } from './yieldNow.ts';

/** The part of a worker's global scope that is used here (the page's types have no DedicatedWorkerGlobalScope). */
interface Scope {
  onmessage: ((event: { readonly data: ToWorker }) => void) | null;
  postMessage(message: FromWorker, transfer: Transferable[]): void;
}

const scope = globalThis as unknown as Scope;
const hear = doseWorker((message, transfer) => scope.postMessage(message, transfer), yieldNow);
scope.onmessage = ({ data }) => hear(data);
