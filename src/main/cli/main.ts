import { runCommandLine } from './run.ts';

// Libraries may talk on the console; stdout is for results alone.
console.log = console.error;
console.info = console.error;

// Whoever reads a result may have seen enough of it (`… | head`); the command ends as it would have, with its own status.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stop.abort());
process.exitCode = await runCommandLine(process.argv.slice(2), process, stop.signal);
