import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** A process of ours that prints lines of JSON and ends when its input does. */
export class Child<Report> {
  readonly #child;
  readonly #lines;

  /** @param args script and arguments for node */
  constructor(args: readonly string[]) {
    // As `isocenter` starts its own processes.
    const env = { NODE_COMPILE_CACHE: fileURLToPath(new URL('../../.cache/node', import.meta.url)), ...process.env };
    this.#child = spawn(process.execPath, ['--max-semi-space-size=4', ...args], {
      stdio: ['pipe', 'pipe', 'inherit'],
      env,
    });
    this.#lines = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
  }

  async report(): Promise<Report> {
    const { value, done } = await this.#lines.next();
    if (done === true) throw new Error('the child ended without a word');
    return JSON.parse(value) as Report;
  }

  /** Lets it finish and gives its last words. */
  async end(): Promise<Report> {
    this.#child.stdin.end();
    const report = await this.report();
    if (this.#child.exitCode === null) await once(this.#child, 'exit');
    return report;
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null) return;
    this.#child.kill('SIGTERM');
    if (this.#child.exitCode === null) await once(this.#child, 'exit');
  }
}
