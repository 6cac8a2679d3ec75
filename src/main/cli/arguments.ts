import { type ParseArgsOptionsConfig, parseArgs } from 'node:util';
import { IsocenterError } from '#shared/contract/errors.ts';
import type { Peer } from '#main/services/peer.ts';

const usage = (message: string, attribute?: string): IsocenterError =>
  new IsocenterError('USAGE', message, { attribute });

/** What stands behind the command's name, checked on access. Every method throws USAGE for what is missing or malformed. */
export interface Arguments {
  readonly positionals: readonly string[];
  readonly json: boolean;
  flag(name: string): boolean;
  text(name: string): string | undefined;
  needText(name: string): string;
  /** All values of an option that may be repeated. */
  list(name: string): readonly string[];
  number(name: string, range?: { min?: number; max?: number; integer?: boolean }): number | undefined;
  /** The positional at `index`, or `fallback`. */
  positional(index: number, what: string): string;
}

export function parseArguments(words: readonly string[], options: ParseArgsOptionsConfig): Arguments {
  let parsed: ReturnType<typeof parseArgs>;
  try {
    parsed = parseArgs({
      args: withNegatives(words, options),
      options: { ...options, json: { type: 'boolean' } },
      allowPositionals: true,
      strict: true,
    });
  } catch (error) {
    throw usage(error instanceof Error ? error.message.split('. ')[0] : String(error));
  }
  const { values, positionals } = parsed;
  const text = (name: string): string | undefined => {
    const value = values[name];
    return typeof value === 'string' ? value : undefined;
  };
  return {
    positionals,
    json: values.json === true,
    flag: (name) => values[name] === true,
    text,
    needText: (name) => {
      const value = text(name);
      if (value === undefined || value === '') throw usage('is required', `--${name}`);
      return value;
    },
    list: (name) => {
      const value = values[name];
      return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
    },
    number: (name, { min = -Infinity, max = Infinity, integer = false } = {}) => {
      const value = text(name);
      if (value === undefined) return undefined;
      const number = value.trim() === '' ? Number.NaN : Number(value);
      if (!Number.isFinite(number) || (integer && !Number.isInteger(number)))
        throw usage(`'${value}' is no ${integer ? 'whole ' : ''}number`, `--${name}`);
      if (number < min || number > max) throw usage(`${value} is not within ${min}..${max}`, `--${name}`);
      return number;
    },
    positional: (index, what) => {
      const value = positionals[index];
      if (value === undefined) throw usage(`${what} is missing`);
      return value;
    },
  };
}

/** `--near -20` as `--near=-20`: what begins with a minus and a digit is a value, which parseArgs else takes for options. */
function withNegatives(words: readonly string[], options: ParseArgsOptionsConfig): string[] {
  const joined: string[] = [];
  for (const word of words) {
    const before = joined[joined.length - 1] ?? '';
    if (/^-\.?\d/.test(word) && before.startsWith('--') && options[before.slice(2)]?.type === 'string')
      joined[joined.length - 1] = `${before}=${word}`;
    else joined.push(word);
  }
  return joined;
}

/** `AET@host:port`; an IPv6 address stands in brackets. */
export function parsePeer(text: string): Peer {
  const match = /^([^@]+)@(?:\[([^\]]+)\]|([^:[\]]+)):(\d{1,5})$/.exec(text);
  const [, aeTitle = '', ipv6, name, digits = ''] = match ?? [];
  const port = Number(digits);
  if (match === null || port < 1 || port > 65535) throw usage(`'${text}' is no AET@host:port`);
  return { aeTitle: checkAeTitle(aeTitle), host: ipv6 ?? name, port };
}

/** PS3.5 6.2, VR AE: 1 to 16 characters of the default repertoire without backslash, no space at either end. */
export function checkAeTitle(text: string): string {
  if (!/^(?! )[\x20-\x5b\x5d-\x7e]{1,16}(?<! )$/.test(text))
    throw usage(`'${text}' is no AE title (1 to 16 printable characters)`);
  return text;
}

/** `host:port` to listen on; an IPv6 address stands in brackets, port 0 means any. */
export function parseAddress(text: string, option: string): { host: string; port: number } {
  const match = /^(?:\[([^\]]+)\]|([^:[\]]+)):(\d{1,5})$/.exec(text);
  const port = Number(match?.[3]);
  if (match === null || port > 65535) throw usage(`'${text}' is no address:port`, option);
  return { host: match[1] ?? match[2], port };
}

/** `Keyword=value` pairs. */
export function parseKeys(pairs: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    pairs.map((pair) => {
      const at = pair.indexOf('=');
      if (at < 1) throw usage(`'${pair}' is no Keyword=value`, '--key');
      return [pair.slice(0, at), pair.slice(at + 1)];
    }),
  );
}
