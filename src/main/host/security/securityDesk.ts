import type { SecurityDesk } from '#main/server/services.ts';
import { IsocenterError } from '#shared/contract/errors.ts';
import type { OwnNode, SecurityState } from '#shared/contract/rpc/security.ts';
import type { SettingsFile } from '../settings.ts';
import type { Settings } from '../settingsSchema.ts';
import { checkIdentity, checkTrusted, readCertificates } from './certificates.ts';
import type { DicomNode } from './dicomNode.ts';
import { effectiveSettings, fixedBy, type NodeOverrides } from './effective.ts';
import { readPem, removePems, writePem } from './ownIdentity.ts';
import { hashPasscode } from './passcodes.ts';
import type { SecurityLog } from './securityLog.ts';
import { makeSelfSigned } from './selfSigned.ts';
import { securityWarnings } from './warnings.ts';

/** Changes of our own node: tried first, kept when they work, so that the settings never hold what cannot run. */
export function securityDesk(
  folder: string,
  settings: SettingsFile,
  node: DicomNode,
  overrides: NodeOverrides,
  security: SecurityLog,
): SecurityDesk {
  const fixed = fixedBy(overrides);

  const state = (): SecurityState => ({
    node: ownNodeOf(node.settings),
    fixed,
    running: node.running,
    identity: node.identity.own,
    trusted: [...node.identity.trusted],
    users: node.settings.users.list.map(({ name }) => name).sort((a, b) => a.localeCompare(b)),
    warnings: securityWarnings(node),
  });
  const change = async (what: string, edit: (from: Settings) => Settings): Promise<SecurityState> => {
    const before = node.settings;
    await node.apply(effectiveSettings(edit(await settings.refresh()), overrides));
    try {
      await settings.change((from) => ({ next: edit(from), result: undefined }));
    } catch (error) {
      await node.apply(before);
      throw error;
    }
    security.write({ event: 'configuration', text: what });
    return state();
  };
  const changeTls = async (what: string, files: Partial<Settings['tls']>): Promise<SecurityState> => {
    const before = node.settings.tls;
    try {
      return await change(what, (from) => ({ ...from, tls: { ...from.tls, ...files } }));
    } finally {
      // Whatever came of it, what is named is kept: the new files, or when they were refused, the old ones.
      for (const left of [before, files]) await removePems(folder, left, node.settings.tls);
    }
  };
  const keepIdentity = async (keyPem: string, certificatePem: string, what: string): Promise<SecurityState> =>
    changeTls(what, {
      key: await writePem(folder, 'key', keyPem),
      certificate: await writePem(folder, 'certificate', certificatePem),
    });
  const keepTrusted = async (pems: readonly string[], what: string): Promise<SecurityState> =>
    changeTls(what, { ca: pems.length === 0 ? undefined : await writePem(folder, 'trusted', pems.join('')) });
  const trustedPems = async (): Promise<Map<string, string>> => {
    const { ca } = node.settings.tls;
    const text = ca === undefined ? '' : await readPem(folder, ca, 'tls.ca');
    const certificates = text === '' ? [] : readCertificates(text, { attribute: 'tls.ca' });
    return new Map(certificates.map((each) => [each.fingerprint256, each.toString()]));
  };
  const refuseFixedTls = (): void => {
    if (overrides.tls !== undefined)
      throw new IsocenterError('CONFLICT', 'the command line names key and certificates for this run', {
        attribute: 'tls',
      });
  };

  return {
    state: async () => state(),
    save: (wanted) => change(differences(ownNodeOf(node.settings), wanted), (from) => withOwnNode(from, wanted, fixed)),
    async saveUser(name, passcode) {
      const hash = await hashPasscode(passcode);
      return change(`user '${name}' saved`, (from) => {
        const others = from.users.list.filter((user) => user.name !== name);
        return { ...from, users: { ...from.users, list: [...others, { name, hash }] } };
      });
    },
    removeUser: (name) =>
      change(`user '${name}' removed`, (from) => ({
        ...from,
        users: { ...from.users, list: from.users.list.filter((user) => user.name !== name) },
      })),
    async importIdentity(key, certificate) {
      refuseFixedTls();
      const { fingerprint256 } = checkIdentity(key, certificate);
      return keepIdentity(key, certificate, `certificate imported: ${fingerprint256}`);
    },
    async makeIdentity(hosts, days) {
      refuseFixedTls();
      const { key, certificate } = await makeSelfSigned(node.settings.aeTitle, hosts, days);
      const { fingerprint256 } = checkIdentity(key, certificate);
      return keepIdentity(key, certificate, `certificate made: ${fingerprint256}`);
    },
    async identityPem() {
      const { certificate } = node.settings.tls;
      if (certificate === undefined) throw new IsocenterError('NOT_FOUND', 'this node has no certificate yet');
      return readPem(folder, certificate, 'tls.certificate');
    },
    async trust(text) {
      refuseFixedTls();
      const all = await trustedPems();
      const added = readCertificates(text, { attribute: 'certificates' });
      for (const each of added) all.set(each.fingerprint256, each.toString());
      checkTrusted(readCertificates([...all.values()].join(''), { attribute: 'certificates' }), 'certificates');
      return keepTrusted([...all.values()], `trusted: ${added.map((each) => each.fingerprint256).join(', ')}`);
    },
    async distrust(fingerprint) {
      refuseFixedTls();
      const all = await trustedPems();
      if (!all.delete(fingerprint))
        throw new IsocenterError('NOT_FOUND', 'is not among the trusted certificates', { object: fingerprint });
      return keepTrusted([...all.values()], `no longer trusted: ${fingerprint}`);
    },
    events: async () => security.recent(),
  };
}

function ownNodeOf({ aeTitle, listening, tls, limits, access, users }: Settings): OwnNode {
  const { enabled, port, mutual, profile } = tls;
  return { aeTitle, listening, tls: { enabled, port, mutual, profile }, limits, access, userMode: users.mode };
}

/** What a change of our node consists of, for the log: `listening.bind "127.0.0.1" → "0.0.0.0"`. */
function differences(before: object, after: object, path = ''): string {
  const parts = Object.entries(after).map(([key, value]: [string, unknown]) => {
    const old: unknown = Reflect.get(before, key);
    if (JSON.stringify(old) === JSON.stringify(value)) return '';
    const isGroup = typeof value === 'object' && value !== null && !Array.isArray(value);
    if (isGroup && typeof old === 'object' && old !== null) return differences(old, value, `${path}${key}.`);
    return `${path}${key} ${JSON.stringify(old)} → ${JSON.stringify(value)}`;
  });
  return parts.filter((part) => part !== '').join('; ');
}

/** What the page decided into the settings; what the command line has decided for this run stays as the settings had it. */
function withOwnNode(from: Settings, wanted: OwnNode, fixed: readonly string[]): Settings {
  const { aeTitle, listening, limits, access, userMode, tls } = wanted;
  const keeps = (field: string): boolean => fixed.includes(field);
  return {
    ...from,
    aeTitle: keeps('aeTitle') ? from.aeTitle : aeTitle,
    listening: {
      enabled: keeps('listening.enabled') ? from.listening.enabled : listening.enabled,
      bind: keeps('listening.bind') ? from.listening.bind : listening.bind,
      port: keeps('listening.port') ? from.listening.port : listening.port,
    },
    tls: keeps('tls') ? from.tls : { ...from.tls, ...tls },
    limits: keeps('limits.associations') ? { ...limits, associations: from.limits.associations } : limits,
    access: keeps('access') ? { ...from.access, checkCalledAe: access.checkCalledAe } : access,
    users: keeps('userMode') ? from.users : { ...from.users, mode: userMode },
  };
}
