import type { Allowed } from '#shared/contract/rpc/security.ts';
import type { Settings, StoredUser } from '../settingsSchema.ts';

/** What the command line says instead of the settings, for this run. */
export interface NodeOverrides {
  readonly aeTitle?: string;
  /** Of both listeners. */
  readonly bind?: string;
  readonly port?: number;
  /** Whether associations without TLS are taken. */
  readonly plain?: boolean;
  /** The only ones that may open associations. */
  readonly allow?: readonly Allowed[];
  /** Turns TLS on; files as absolute paths. */
  readonly tls?: Partial<Omit<Settings['tls'], 'enabled'>>;
  /** Turns user identity on: every association has to name one of these. */
  readonly users?: readonly StoredUser[];
  readonly maxAssociations?: number;
}

/** The settings with the command line on top. */
export function effectiveSettings(settings: Settings, overrides: NodeOverrides): Settings {
  const { aeTitle, bind, port, plain, allow, tls, users, maxAssociations } = overrides;
  const { listening, access, limits } = settings;
  return {
    ...settings,
    aeTitle: aeTitle ?? settings.aeTitle,
    listening: {
      ...listening,
      // Who names a port wants it open.
      enabled: plain ?? (listening.enabled || port !== undefined),
      bind: bind ?? listening.bind,
      port: port ?? listening.port,
    },
    access: allow === undefined ? access : { ...access, enabled: true, peers: [...allow] },
    tls: tls === undefined ? settings.tls : { ...settings.tls, ...tls, enabled: true },
    users: users === undefined ? settings.users : { mode: 'required', list: [...users] },
    limits: maxAssociations === undefined ? limits : { ...limits, associations: maxAssociations },
  };
}

/** Paths in the page's `OwnNode` that the command line has decided. */
export function fixedBy({ aeTitle, bind, port, plain, allow, tls, users, maxAssociations }: NodeOverrides): string[] {
  const fixed: string[] = [];
  if (aeTitle !== undefined) fixed.push('aeTitle');
  if (bind !== undefined) fixed.push('listening.bind');
  if (port !== undefined || plain !== undefined) fixed.push('listening.enabled');
  if (port !== undefined) fixed.push('listening.port');
  if (allow !== undefined) fixed.push('access');
  if (tls !== undefined) fixed.push('tls');
  if (users !== undefined) fixed.push('userMode');
  if (maxAssociations !== undefined) fixed.push('limits.associations');
  return fixed;
}
