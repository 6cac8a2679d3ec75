import { readFile } from 'node:fs/promises';
import type { UserIdentity } from '#main/network/negotiation/userIdentity.ts';
import type { TlsMaterial, TlsProfile } from '#main/network/tls/material.ts';
import type { Caller, Peer } from '#main/services/peer.ts';
import { IsocenterError } from '#shared/contract/errors.ts';
import { type Arguments, checkAeTitle, parsePeer } from '../arguments.ts';

/** How a command that calls a DICOM node says who calls, and how. */
export const NETWORK_OPTIONS = {
  from: { type: 'string', default: 'ISOCENTER' },
  tls: { type: 'boolean' },
  'tls-key': { type: 'string' },
  'tls-cert': { type: 'string' },
  'tls-ca': { type: 'string' },
  'tls-profile': { type: 'string' },
  user: { type: 'string' },
  'passcode-file': { type: 'string' },
} as const;

export const NETWORK_HELP = [
  '--from ISOCENTER   our AE title',
  '--tls              over TLS, with --tls-ca FILE (whom we trust) and, where the peer asks for it, --tls-key FILE and --tls-cert FILE',
  '                   (PEM); --tls-profile bcp195, bcp195-nd or bcp195-ex',
  '--user NAME        user identity for the peer, with --passcode-file FILE (its first line)',
].join('\n');

const PROFILES: readonly TlsProfile[] = ['bcp195', 'bcp195-nd', 'bcp195-ex'];

/** The peer a command names (`AET@host:port`), to be called as its options say. @throws USAGE, NOT_FOUND for an unreadable file */
export async function peerFromArgs(args: Arguments, index = 0): Promise<Peer> {
  const peer = parsePeer(args.positional(index, 'AET@host:port'));
  return { ...peer, tls: usesTls(args), userIdentity: await userIdentity(args) };
}

/** Who calls. @throws USAGE, NOT_FOUND for an unreadable file */
export async function callerOptions(args: Arguments): Promise<Caller> {
  const callingAe = checkAeTitle(args.needText('from'));
  return usesTls(args) ? { callingAe, tls: await tlsMaterial(args) } : { callingAe };
}

/** A profile by name. @throws USAGE */
export function tlsProfile(args: Arguments): TlsProfile | undefined {
  const name = args.text('tls-profile');
  if (name === undefined) return undefined;
  const found = PROFILES.find((profile) => profile === name);
  if (found === undefined) throw usage(`'${name}' is none of ${PROFILES.join(', ')}`, '--tls-profile');
  return found;
}

const usage = (message: string, attribute: string): IsocenterError =>
  new IsocenterError('USAGE', message, { attribute });

/** Any option of TLS without --tls would be a plain connection that looks like a protected one. */
function usesTls(args: Arguments): boolean {
  const tls = args.flag('tls');
  for (const option of ['tls-key', 'tls-cert', 'tls-ca', 'tls-profile'])
    if (!tls && args.text(option) !== undefined) throw usage('needs --tls', `--${option}`);
  return tls;
}

async function tlsMaterial(args: Arguments): Promise<TlsMaterial> {
  const ca = args.text('tls-ca');
  if (ca === undefined) throw usage('whom to trust is missing', '--tls-ca');
  if ((args.text('tls-key') === undefined) !== (args.text('tls-cert') === undefined))
    throw usage('--tls-key and --tls-cert belong together', '--tls-key');
  const read = async (option: string) => {
    const file = args.text(option);
    return file === undefined ? undefined : readText(file, `--${option}`);
  };
  const [key, certificate] = [await read('tls-key'), await read('tls-cert')];
  return { key, certificate, ca: await readText(ca, '--tls-ca'), profile: tlsProfile(args) };
}

async function userIdentity(args: Arguments): Promise<UserIdentity | undefined> {
  const name = args.text('user');
  const file = args.text('passcode-file');
  if (name === undefined) {
    if (file !== undefined) throw usage('needs --user', '--passcode-file');
    return undefined;
  }
  if (name === '') throw usage('is empty', '--user');
  if (file === undefined) return { type: 'username', name };
  const [passcode] = (await readText(file, '--passcode-file')).split(/\r?\n/);
  return { type: 'username', name, passcode };
}

/** A passcode in a file is not seen in the list of processes. */
async function readText(file: string, option: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new IsocenterError('NOT_FOUND', 'cannot be read', { object: file, attribute: option, cause: error });
  }
}
