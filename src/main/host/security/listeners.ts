import type { AccessPolicy } from '#main/network/acse.ts';
import type { AssociationEvent } from '#main/network/associationEvents.ts';
import { type Listener, listen } from '#main/network/listen.ts';
import type { ListenOptions } from '#main/network/listenOptions.ts';
import type { ServerTls } from '#main/network/tls/transport.ts';
import type { Log } from '#main/server/services.ts';
import type { Settings } from '../settingsSchema.ts';
import type { SecurityLog } from './securityLog.ts';
import { createUserJudge } from './users.ts';

/** What a listener serves, the same for both. */
export type Served = Pick<ListenOptions, 'handlers' | 'scuOf' | 'asyncOperations'>;

export interface ListenerPlace {
  readonly bind: string;
  readonly port: number;
  readonly tls?: ServerTls;
}

/**
 * Listens as the settings say: `settings()` is asked anew for each association, so that a changed title, allow-list or
 * user holds from the next one on. `elsewhere` counts associations of our other listeners, which share one limit.
 */
export function listenAt(
  place: ListenerPlace,
  settings: () => Settings,
  served: Served,
  log: Log,
  security: SecurityLog,
  elsewhere: () => number,
): Promise<Listener> {
  const judge = createUserJudge();
  return listen({
    ...served,
    port: place.port,
    host: place.bind,
    tls: place.tls,
    get aeTitle() {
      return settings().aeTitle;
    },
    get access() {
      return accessPolicy(settings().access);
    },
    get limits() {
      const { idleSeconds, artimSeconds, ...limits } = settings().limits;
      const associations = Math.max(0, limits.associations - elsewhere());
      return { ...limits, associations, idleMs: idleSeconds * 1000, artimMs: artimSeconds * 1000 };
    },
    authenticate: (identity) => judge(settings().users, identity),
    onEvent: (event) => record(event, security),
    log: (level, text) => log[level](text),
  });
}

function accessPolicy({ enabled, checkCalledAe, peers }: Settings['access']): AccessPolicy {
  return { checkCalledAe, peers: enabled ? peers : undefined };
}

function record(event: AssociationEvent, security: SecurityLog): void {
  if (event.kind === 'refused') {
    const { address, callingAe, calledAe, reason } = event;
    security.write({ event: 'refused', address, callingAe, calledAe, text: reason });
    return;
  }
  const { callingAe, calledAe, address, user, tls } = event.peer;
  const who = { callingAe, calledAe, address, user, tls: tls && [tls.protocol, tls.subject].filter(Boolean).join(' ') };
  if (event.kind === 'accepted') security.write({ event: 'association', ...who });
  else
    security.write({
      event: 'ended',
      ...who,
      text: event.reason === undefined ? event.how : `${event.how}: ${event.reason}`,
      requests: event.requests,
    });
}
