import type { Listener } from '#main/network/listen.ts';
import type { Log } from '#main/server/services.ts';
import type { Caller } from '#main/services/peer.ts';
import { describeError, IsocenterError } from '#shared/contract/errors.ts';
import type { SecurityState } from '#shared/contract/rpc/security.ts';
import type { Settings } from '../settingsSchema.ts';
import { type ListenerPlace, listenAt, type Served } from './listeners.ts';
import { type OwnIdentity, readOwnIdentity } from './ownIdentity.ts';
import type { SecurityLog } from './securityLog.ts';

export interface DicomNodeOptions {
  /** Folder of the settings: what their PEM files are relative to. */
  readonly folder: string;
  readonly served: Served;
  readonly log: Log;
  readonly security: SecurityLog;
  /** A plain port that another program uses is replaced by a free one at the start, which the log says. */
  readonly fallBack: boolean;
  /** TLS that cannot start fails the start; else the node starts without and says so. */
  readonly needsTls: boolean;
}

/** Our application entity on the network: what listens, and who we are when we call. */
export interface DicomNode {
  readonly running: SecurityState['running'];
  readonly identity: OwnIdentity;
  /** Why TLS does not run although it should. */
  readonly tlsFailure: string | undefined;
  /** In force: what new associations are judged by. */
  readonly settings: Settings;
  caller(): Caller;
  /**
   * Brings what listens in line with `settings`; running associations go on. Listeners that do not change are left alone.
   * @throws NETWORK or INVALID_ATTRIBUTE naming the field; then everything is as it was
   */
  apply(settings: Settings): Promise<void>;
  /** Stops listening and aborts what is open. */
  close(): Promise<void>;
}

interface Running {
  readonly place: ListenerPlace;
  /** What it was started with: another text wants another listener. */
  readonly key: string;
  readonly listener: Listener;
}

type Kind = 'plain' | 'tls';
const PORT_FIELD = { plain: 'listening.port', tls: 'tls.port' } as const;

/** @throws NETWORK, INVALID_ATTRIBUTE when what was asked for cannot listen */
export async function startDicomNode(settings: Settings, options: DicomNodeOptions): Promise<DicomNode> {
  const { folder, served, log, security } = options;
  let inForce = settings;
  let identity = await readOwnIdentity(folder, settings.tls);
  let tlsFailure: string | undefined;
  let last: Promise<unknown> = Promise.resolve();
  const running = new Map<Kind, Running>();
  const leaving = new Set<Listener>();

  const start = async (kind: Kind, place: ListenerPlace, key: string, port = place.port): Promise<void> => {
    let listener: Listener | undefined;
    const elsewhere = (): number => {
      // While it starts, the whole limit says how many connections it can ever hold.
      if (listener === undefined) return 0;
      const all = [...[...running.values()].map((each) => each.listener), ...leaving];
      return all.reduce((sum, other) => sum + (other === listener ? 0 : other.associations), 0);
    };
    listener = await listenAt({ ...place, port }, () => inForce, served, log, security, elsewhere);
    running.set(kind, { place, key, listener });
    security.write({ event: 'started', text: `${kind === 'tls' ? 'TLS on ' : ''}${place.bind}:${listener.port}` });
  };
  const stop = (kind: Kind): void => {
    const { listener, place } = running.get(kind) ?? {};
    if (listener === undefined || place === undefined) return;
    running.delete(kind);
    leaving.add(listener);
    security.write({ event: 'stopped', text: `${kind === 'tls' ? 'TLS on ' : ''}${place.bind}:${listener.port}` });
    void listener.drain().finally(() => leaving.delete(listener));
  };
  /** One listener as it has to be now; the old one has given up its port first, and comes back when the new one fails. */
  const change = async (kind: Kind, wanted: ListenerPlace | undefined, next: Settings): Promise<void> => {
    const old = running.get(kind);
    const key = keyOf(wanted, next);
    if (old?.key === key || (old === undefined && wanted === undefined)) return;
    stop(kind);
    if (wanted === undefined) return;
    // Any free port was asked for: the one it got stays.
    const port = wanted.port === 0 && old?.place.port === 0 ? old.listener.port : wanted.port;
    try {
      await start(kind, wanted, key, port);
    } catch (error) {
      if (old !== undefined) await start(kind, old.place, old.key, old.listener.port);
      throw at(PORT_FIELD[kind], error);
    }
  };
  const apply = async (next: Settings): Promise<void> => {
    const nextIdentity = await readOwnIdentity(folder, next.tls);
    const tls = next.tls.enabled ? tlsPlace(next, nextIdentity) : undefined;
    const before = inForce;
    inForce = next;
    try {
      await change('plain', plainPlace(next), next);
      await change('tls', tls, next);
    } catch (error) {
      inForce = before;
      await change('plain', plainPlace(before), before).catch((worse: unknown) => log.error(describeError(worse)));
      throw error;
    }
    [identity, tlsFailure] = [nextIdentity, undefined];
  };

  const plain = plainPlace(settings);
  if (plain !== undefined) {
    const key = keyOf(plain, settings);
    try {
      await start('plain', plain, key);
    } catch (error) {
      if (!options.fallBack || !isInUse(error)) throw error;
      await start('plain', plain, key, 0);
      const port = running.get('plain')?.listener.port;
      log.warning(`DICOM port ${plain.port} is in use by another program: listening on ${port} instead`);
    }
  }
  if (settings.tls.enabled)
    try {
      const place = tlsPlace(settings, identity);
      await start('tls', place, keyOf(place, settings));
    } catch (error) {
      if (options.needsTls) {
        await running.get('plain')?.listener.close();
        throw error;
      }
      tlsFailure = describeError(error);
      log.error(`TLS does not run: ${tlsFailure}`);
    }

  return {
    get running() {
      const place = (kind: Kind) => {
        const found = running.get(kind);
        return found && { bind: found.place.bind, port: found.listener.port };
      };
      return { plain: place('plain'), tls: place('tls') };
    },
    get identity() {
      return identity;
    },
    get tlsFailure() {
      return tlsFailure;
    },
    get settings() {
      return inForce;
    },
    caller: () => ({
      callingAe: inForce.aeTitle,
      // Without a list of our own, every public authority would be trusted.
      tls: identity.material?.ca === '' ? undefined : identity.material,
    }),
    apply(next) {
      const done = last.then(() => apply(next));
      last = done.catch(() => undefined);
      return done;
    },
    async close() {
      await last;
      const all = [...[...running.values()].map(({ listener }) => listener), ...leaving];
      running.clear();
      await Promise.all(all.map((listener) => listener.close()));
    },
  };
}

const plainPlace = ({ listening }: Settings): ListenerPlace | undefined =>
  listening.enabled ? { bind: listening.bind, port: listening.port } : undefined;

/** What cannot change while it listens; everything else is asked anew for each association. */
const keyOf = (place: ListenerPlace | undefined, { limits }: Settings): string =>
  JSON.stringify([place, limits.associations, limits.artimSeconds]);

/** @throws INVALID_ATTRIBUTE when there is no certificate, or nobody to trust where peers must show theirs */
function tlsPlace({ listening, tls }: Settings, { material, problem }: OwnIdentity): ListenerPlace {
  if (problem !== undefined) throw problem;
  if (material?.certificate === undefined)
    throw new IsocenterError('INVALID_ATTRIBUTE', 'TLS needs a key and a certificate', {
      attribute: 'tls.certificate',
    });
  if (tls.mutual && material.ca === '')
    throw new IsocenterError('INVALID_ATTRIBUTE', 'peers must show a certificate, and none is trusted yet', {
      attribute: 'tls.ca',
    });
  return { bind: listening.bind, port: tls.port, tls: { ...material, mutual: tls.mutual } };
}

const at = (attribute: string, error: unknown): unknown =>
  error instanceof IsocenterError
    ? new IsocenterError(error.code, error.message, { object: error.object, attribute, cause: error.cause })
    : error;

function isInUse(error: unknown): boolean {
  const cause = error instanceof IsocenterError ? (error.cause as NodeJS.ErrnoException | undefined) : undefined;
  return cause?.code === 'EADDRINUSE';
}
