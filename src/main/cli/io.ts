import type { Writable } from 'node:stream';
import { plainLine, plainText } from './plainText.ts';

export interface Streams {
  readonly stdout: Writable;
  readonly stderr: Writable & { readonly isTTY?: boolean };
}

/** Where a command's words go: one result on stdout, progress on stderr. */
export interface Io {
  readonly json: boolean;
  /** Fires on SIGINT and SIGTERM. */
  readonly signal: AbortSignal;
  /** The one result: as JSON with --json, else as text for people. */
  readonly result: (value: unknown, text: string) => void;
  /** One line of progress for people; silent with --json. */
  readonly say: (line: string) => void;
  /** A fraction 0..1 of a long step, redrawn in place on a terminal, silent elsewhere. */
  readonly progress: (label: string, fraction: number) => void;
}

export function createIo(streams: Streams, json: boolean, signal: AbortSignal): Io {
  const isTerminal = streams.stderr.isTTY === true && !json;
  let drawn = '';
  const clear = (): void => {
    if (drawn !== '') streams.stderr.write(`\r${' '.repeat(drawn.length)}\r`);
    drawn = '';
  };
  return {
    json,
    signal,
    result: (value, text) => {
      clear();
      streams.stdout.write(json ? `${JSON.stringify(value)}\n` : `${plainText(text)}\n`);
    },
    say: (line) => {
      if (json) return;
      clear();
      streams.stderr.write(`${plainLine(line)}\n`);
    },
    progress: (label, fraction) => {
      if (!isTerminal) return;
      const line = `${label} ${Math.round(100 * fraction)} %`;
      if (line === drawn) return;
      clear();
      streams.stderr.write(line);
      drawn = line;
    },
  };
}

/** A table with columns padded to their widest cell; numbers to the right. */
export function table(header: readonly string[], values: readonly (readonly string[])[]): string {
  const rows = values.map((row) => row.map(plainLine));
  const widths = header.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column].length)));
  const isNumber = header.map(
    (_, column) => rows.length > 0 && rows.every((row) => /^-?\d*(\.\d+)?$/.test(row[column])),
  );
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, column) => (isNumber[column] ? cell.padStart(widths[column]) : cell.padEnd(widths[column])))
      .join('  ')
      .trimEnd();
  return [line(header), ...rows.map(line)].join('\n');
}
