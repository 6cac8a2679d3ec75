/** A worker as its crew sees it. */
export interface WorkerLink<To> {
  post(message: To): void;
  /** Ends it wherever it is. */
  stop(): Promise<unknown>;
}

/** What the platform gives a crew: threads of Node, workers of a page. */
export interface WorkerHost<To, From> {
  /** Starts a worker. `lost`: it is gone, with the reason; not called after `stop`. */
  start(hear: (message: From) => void, lost: (reason: string, cause?: unknown) => void): WorkerLink<To>;
  /** Calls back after some milliseconds unless the returned function is called before. */
  after(milliseconds: number, call: () => void): () => void;
}
