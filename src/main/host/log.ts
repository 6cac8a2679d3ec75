import type { Log } from '#main/server/services.ts';
import type { LogLine } from '#shared/contract/rpc/system.ts';

const KEPT = 1000;

/** The last lines in memory, for the network workspace; `echo` also gets each one as it comes. */
export function createLog(echo: (line: LogLine) => void = () => undefined): Log {
  const ring: LogLine[] = [];
  const add = (level: LogLine['level'], text: string): void => {
    const line = { time: new Date().toISOString(), level, text };
    ring.push(line);
    if (ring.length > KEPT) ring.shift();
    echo(line);
  };
  return {
    info: (text) => add('info', text),
    warning: (text) => add('warning', text),
    error: (text) => add('error', text),
    lines: () => [...ring],
  };
}
