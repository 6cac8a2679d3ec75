import { isIP } from 'node:net';
import { parseArgs } from 'node:util';
import { IsocenterError } from '#shared/contract/errors.ts';
import { aeTitle } from '#shared/contract/rpc/nodes.ts';
import { defaultArchiveDir } from './paths.ts';

export interface StartOptions {
  readonly help: boolean;
  readonly json: boolean;
  readonly archive: string;
  readonly aeTitle: string | undefined;
  /** Instead of the settings'; then another one will not do. */
  readonly dicomPort: number | undefined;
  readonly bind: string | undefined;
  readonly httpPort: number;
  readonly open: boolean;
  readonly demo: boolean;
}

/** @throws USAGE naming the option */
export function parseStartOptions(argv: readonly string[]): StartOptions {
  const { values } = parse(argv);
  const ae = values.ae;
  if (ae !== undefined && !aeTitle.safeParse(ae).success)
    throw new IsocenterError('USAGE', `'${ae}' is no AE title (1–16 printable characters)`, { attribute: '--ae' });
  return {
    help: values.help,
    json: values.json,
    archive: values.archive ?? defaultArchiveDir(),
    aeTitle: ae,
    dicomPort: port('--port', values.port),
    bind: bindAddress('--bind', values.bind),
    httpPort: port('--http', values.http) ?? 0,
    open: values.open,
    demo: values.demo,
  };
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      allowNegative: true,
      options: {
        help: { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
        archive: { type: 'string' },
        ae: { type: 'string' },
        port: { type: 'string' },
        bind: { type: 'string' },
        http: { type: 'string' },
        open: { type: 'boolean', default: true },
        demo: { type: 'boolean', default: true },
      },
    });
  } catch (error) {
    throw new IsocenterError('USAGE', error instanceof Error ? error.message : String(error), { cause: error });
  }
}

/** An address of a network interface, for all of `::` or `0.0.0.0`. @throws USAGE */
export function bindAddress(option: string, text: string | undefined): string | undefined {
  const address = text === 'localhost' ? '127.0.0.1' : text;
  if (address !== undefined && isIP(address) === 0)
    throw new IsocenterError('USAGE', `'${address}' is no IP address`, { attribute: option });
  return address;
}

function port(option: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^\d{1,5}$/.test(text) || Number(text) > 65535)
    throw new IsocenterError('USAGE', `'${text}' is no port`, { attribute: option });
  return Number(text);
}
