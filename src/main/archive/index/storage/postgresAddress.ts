import pg from 'pg';
import { IsocenterError } from '#shared/contract/errors.ts';

/** Whether the text names a PostgreSQL database. */
export const isPostgresUrl = (url: string): boolean => /^postgres(ql)?:\/\//.test(url);

/** Parameters of the URL that mean something here; others of `pg` could turn the checks off again. */
const PARAMETERS = new Set(['host', 'options', 'sslmode', 'sslrootcert', 'sslcert', 'sslkey']);

// The text may hold a password: it is not repeated.
const invalid = (message: string): IsocenterError =>
  new IsocenterError('INVALID_ATTRIBUTE', message, { attribute: '--index' });

function parsed(url: string): URL {
  const address = URL.canParse(url) ? new URL(url) : undefined;
  if (address === undefined || address.pathname.length < 2) throw invalid('is no postgresql://user@host/database');
  for (const name of address.searchParams.keys())
    if (!PARAMETERS.has(name)) throw invalid(`'${name}' is no parameter of an index: ${[...PARAMETERS].join(', ')}`);
  return address;
}

/** The parameter goes before the name in the URL, as `pg` has it; a folder is that of a local socket. */
const hostOf = ({ hostname, searchParams }: URL): string => searchParams.get('host') ?? hostname;

const isHere = (host: string): boolean =>
  ['', 'localhost', '127.0.0.1', '[::1]', '::1'].includes(host) || host.startsWith('/');

/** Where the index is, without user and password: fit for logs and errors. */
export function addressOf(url: string): string {
  const address = parsed(url);
  const port = address.port === '' ? '' : `:${address.port}`;
  return `index ${hostOf(address) || 'local socket'}${port}${address.pathname}`;
}

/** OIDs of bigint and numeric, which `pg` would hand over as text: our counts and sizes are exact as numbers. */
const NUMBERS = new Set<number>([20, 1700]);

/**
 * Options of `pg` for the URL of an index. A server that is not on this computer is spoken to by TLS with its certificate checked,
 * unless the URL itself says otherwise (`sslmode=disable`); `sslrootcert`, `sslcert`, `sslkey` name files. @throws INVALID_ATTRIBUTE
 */
export function configOf(url: string): pg.PoolConfig {
  const address = parsed(url);
  const { searchParams } = address;
  const mode = searchParams.get('sslmode');
  if (mode === null && !isHere(hostOf(address))) searchParams.set('sslmode', 'verify-full');
  if (mode !== null && mode !== 'disable' && mode !== 'verify-full')
    throw invalid(`sslmode=${mode} checks nothing: verify-full or disable`);
  return {
    connectionString: address.href,
    application_name: 'isocenter',
    connectionTimeoutMillis: 5000,
    keepAlive: true,
    // A workstation that lost its network must not hold the others up.
    idle_in_transaction_session_timeout: 15_000,
    lock_timeout: 20_000,
    statement_timeout: 30_000,
    query_timeout: 35_000,
    types: {
      getTypeParser: (oid: number, format?: 'text' | 'binary'): unknown =>
        NUMBERS.has(oid) ? Number : pg.types.getTypeParser(oid, format as 'text'),
    } as pg.CustomTypesConfig,
  };
}

/** A code of the server's (SQLSTATE, never without a digit), unlike one of the network's (EPIPE). */
const SQLSTATE = /^(?=.*\d)[0-9A-Z]{5}$/;
/** Its classes of lost or refused connections and of a server that is going down. */
const LOST = /^(08|57P0)/;

/** What the server or the way to it said, as an error of ours. */
export function indexError(error: unknown, where: string): IsocenterError {
  if (error instanceof IsocenterError) return error;
  const { code = '', message } = error as Error & { code?: string };
  const reached = SQLSTATE.test(code) && !LOST.test(code);
  if (reached) return new IsocenterError('STORAGE', `${message} (${code})`, { object: where, cause: error });
  return new IsocenterError('NETWORK', `cannot be reached: ${message || code}`, { object: where, cause: error });
}
