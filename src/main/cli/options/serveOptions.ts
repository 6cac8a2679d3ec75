import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { z } from 'zod';
import { bindAddress } from '#main/host/options.ts';
import type { NodeOverrides } from '#main/host/security/effective.ts';
import { hashPasscode } from '#main/host/security/passcodes.ts';
import { type StoredUser, storedUser } from '#main/host/settingsSchema.ts';
import { IsocenterError } from '#shared/contract/errors.ts';
import { type Allowed, allowed } from '#shared/contract/rpc/security.ts';
import { type Arguments, checkAeTitle } from '../arguments.ts';
import { tlsProfile } from './networkOptions.ts';

/** Options of `serve` that stand in for the settings of our own node. */
export const NODE_OPTIONS = {
  ae: { type: 'string' },
  port: { type: 'string' },
  bind: { type: 'string' },
  allow: { type: 'string', multiple: true },
  'tls-port': { type: 'string' },
  'tls-key': { type: 'string' },
  'tls-cert': { type: 'string' },
  'tls-ca': { type: 'string' },
  'tls-profile': { type: 'string' },
  'tls-only': { type: 'boolean' },
  'tls-anonymous-peers': { type: 'boolean' },
  users: { type: 'string' },
  'max-associations': { type: 'string' },
} as const;

export const NODE_HELP = [
  '--ae AET --port 11112 --bind 127.0.0.1   our title and address; port 0 takes any free one (default: the settings)',
  '--allow AET, AET@10.1.0.0/16, @10.1.2.3  only these may open associations (repeatable)',
  '--tls-port 2762 --tls-key F --tls-cert F --tls-ca F   TLS too, peers must show a certificate that --tls-ca vouches for;',
  '                     --tls-profile bcp195|bcp195-nd|bcp195-ex, --tls-only closes the port without TLS,',
  '                     --tls-anonymous-peers asks peers for no certificate',
  '--users FILE         every association names one of these users: JSON {"NAME": "passcode" or "scrypt:…", …}',
  '--max-associations N at once',
].join('\n');

/** @throws USAGE, NOT_FOUND for an unreadable file */
export async function nodeOverrides(args: Arguments): Promise<NodeOverrides> {
  const ae = args.text('ae');
  const allow = args.list('allow').map(parseAllowed);
  const users = args.text('users');
  return {
    aeTitle: ae === undefined ? undefined : checkAeTitle(ae),
    bind: bindAddress('--bind', args.text('bind')),
    port: args.number('port', PORT),
    plain: args.flag('tls-only') ? false : undefined,
    allow: allow.length === 0 ? undefined : allow,
    tls: tlsOptions(args),
    users: users === undefined ? undefined : await readUsers(users),
    maxAssociations: args.number('max-associations', { min: 1, max: 10_000, integer: true }),
  };
}

const PORT = { min: 0, max: 65535, integer: true };

/** `AET`, `AET@address` or `@address`, the address also as a range. @throws USAGE */
export function parseAllowed(text: string): Allowed {
  const at = text.indexOf('@');
  const [title, address] = at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
  const parsed = allowed.safeParse({ aeTitle: title === '' ? undefined : title, address });
  if (parsed.success) return parsed.data;
  throw new IsocenterError('USAGE', `'${text}': ${parsed.error.issues[0].message}`, { attribute: '--allow' });
}

function tlsOptions(args: Arguments): NodeOverrides['tls'] {
  const names = ['tls-port', 'tls-key', 'tls-cert', 'tls-ca', 'tls-profile'];
  const flags = ['tls-only', 'tls-anonymous-peers'];
  if (names.every((name) => args.text(name) === undefined) && flags.every((name) => !args.flag(name))) return undefined;
  const file = (option: string) => {
    const path = args.text(option);
    return path === undefined ? undefined : resolve(path);
  };
  const given = {
    port: args.number('tls-port', PORT),
    key: file('tls-key'),
    certificate: file('tls-cert'),
    ca: file('tls-ca'),
    profile: tlsProfile(args),
    mutual: args.flag('tls-anonymous-peers') ? false : undefined,
  };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}

const usersFile = z.record(z.string().min(1).max(256), z.string().min(1).max(1024));

async function readUsers(file: string): Promise<StoredUser[]> {
  const place = { object: file, attribute: '--users' };
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    throw new IsocenterError('NOT_FOUND', 'cannot be read', { ...place, cause: error });
  }
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new IsocenterError('INVALID_ATTRIBUTE', 'is not JSON', { ...place, cause: error });
  }
  const parsed = usersFile.safeParse(json);
  if (!parsed.success) throw new IsocenterError('INVALID_ATTRIBUTE', 'is no object of user names and passcodes', place);
  return Promise.all(
    Object.entries(parsed.data).map(async ([name, secret]) =>
      storedUser.parse({ name, hash: secret.startsWith('scrypt:') ? secret : await hashPasscode(secret) }),
    ),
  );
}
