import type { FromInfluenceWorker, ToInfluenceWorker } from '#shared/optimization/influence/parallel/messages.ts';
import { influenceWorker } from '#shared/optimization/influence/parallel/worker.ts';

/** The part of a worker's global scope that is used here (the page's types have no DedicatedWorkerGlobalScope). */
interface Scope {
  onmessage: ((event: { readonly data: ToInfluenceWorker }) => void) | null;
  postMessage(message: FromInfluenceWorker): void;
}

const scope = globalThis as unknown as Scope;
const hear = influenceWorker((message) => scope.postMessage(message));
scope.onmessage = ({ data }) => hear(data);
