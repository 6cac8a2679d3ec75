import type { JobMap } from './base.ts';
import { type CallOptions, JobClient, type JobWorker } from './frontend.ts';

/** Several workers of one kind: a call goes to a free one, or waits for the first to become free. */
export class JobPool<Jobs extends JobMap<Jobs>> {
  readonly #clients: JobClient<Jobs>[];
  readonly #waiting: ((client: JobClient<Jobs>) => void)[] = [];

  constructor(start: () => JobWorker, size: number) {
    this.#clients = Array.from({ length: Math.max(1, size) }, () => new JobClient<Jobs>(start));
  }

  /** As JobClient.call. */
  async call<Name extends keyof Jobs & string>(
    name: Name,
    input: Jobs[Name]['input'],
    options?: CallOptions,
  ): Promise<Jobs[Name]['output']> {
    const client = await this.#free();
    try {
      return await client.call(name, input, options);
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#clients.push(client);
      else next(client);
    }
  }

  #free(): Promise<JobClient<Jobs>> {
    const client = this.#clients.pop();
    if (client !== undefined) return Promise.resolve(client);
    return new Promise((resolve) => this.#waiting.push(resolve));
  }
}
