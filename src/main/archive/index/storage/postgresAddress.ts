import pg from 'pg';
import { IsocenterError } from '#shared/contract/errors.ts';

/** Whether the text names a PostgreSQL database. */
export const isPostgresUrl = (url: string): boolean => /^postgres(ql)?:\/\//.test(url);

function parsed(url: string): URL {
  const address = URL.canParse(url) ? new URL(url) : undefined;
  // The text may hold a password: it is not repeated.
  if (address === undefined || address.pathname.length < 2)
    throw new IsocenterError('INVALID_ATTRIBUTE', 'is no postgresql://user@host/database', { attribute: '--index' });
  return address;
}

const LOOPBACK = new Set(['', 'localhost', '127.0.0.1', '[::1]']);

/** Where the index is, without user and password: fit for logs and errors. */
export function addressOf(url: string): string {
  const { hostname, port, pathname, searchParams } = parsed(url);
  const host = hostname === '' ? (searchParams.get('host') ?? 'local socket') : hostname;
  return `index ${host}${port === '' ? '' : `:${port}`}${pathname}`;
}

/** OIDs of bigint and numeric, which `pg` would hand over as text: our counts and sizes are exact as numbers. */
const NUMBERS = new Set<number>([20, 1700]);

/**
 * Options of `pg` for the URL of an index. A server that is not on this computer is spoken to by TLS with its certificate checked,
 * unless the URL itself says otherwise (`sslmode=disable`); `sslrootcert`, `sslcert`, `sslkey` name files. @throws INVALID_ATTRIBUTE
 */
export function configOf(url: string): pg.PoolConfig {
  const address = parsed(url);
  const { hostname, searchParams } = address;
  const mode = searchParams.get('sslmode');
  if (mode === null && !LOOPBACK.has(hostname)) searchParams.set('sslmode', 'verify-full');
  if (mode !== null && mode !== 'disable' && mode !== 'verify-full')
    throw new IsocenterError('INVALID_ATTRIBUTE', `sslmode=${mode} checks nothing: verify-full or disable`, {
      attribute: '--index',
    });
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

/** SQLSTATE classes of lost or refused connections and of a server that is going down. */
const LOST = /^(08|57P0)/;

/** What the server or the way to it said, as an error of ours. */
export function indexError(error: unknown, where: string): IsocenterError {
  if (error instanceof IsocenterError) return error;
  const { code = '', message } = error as Error & { code?: string };
  const reachable = /^[0-9A-Z]{5}$/.test(code) && !LOST.test(code);
  if (reachable) return new IsocenterError('STORAGE', `${message} (${code})`, { object: where, cause: error });
  return new IsocenterError('NETWORK', `cannot be reached: ${message || code}`, { object: where, cause: error });
}
