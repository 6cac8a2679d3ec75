import { Writable } from 'node:stream';
import { runCommandLine } from '#main/cli/run.ts';

export interface Outcome {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs one command line in this process. */
export async function run(words: readonly string[], signal = new AbortController().signal): Promise<Outcome> {
  const [stdout, stderr] = [collector(), collector()];
  const status = await runCommandLine(words, { stdout: stdout.stream, stderr: stderr.stream }, signal);
  return { status, stdout: stdout.text(), stderr: stderr.text() };
}

function collector(): { stream: Writable; text(): string } {
  const chunks: string[] = [];
  const stream = new Writable({
    write(chunk: Buffer | string, _encoding, done) {
      chunks.push(chunk.toString());
      done();
    },
  });
  return { stream, text: () => chunks.join('') };
}
