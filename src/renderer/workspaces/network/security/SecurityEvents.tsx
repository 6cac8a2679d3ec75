import { useEffect, useState } from 'react';
import { rpc } from '#renderer/client/rpc.ts';
import { type Column, Table } from '#renderer/kit/Table.tsx';
import { toast } from '#renderer/kit/toast.ts';
import { errorWords } from '#shared/contract/errors.ts';
import type { SecurityEvent, SecurityState } from '#shared/contract/rpc/security.ts';

/** How often the list is looked at again, ms. */
const POLL = 3000;

const NAMES: Record<SecurityEvent['event'], string> = {
  association: 'connected',
  refused: 'refused',
  ended: 'ended',
  configuration: 'changed',
  started: 'listening',
  stopped: 'stopped listening',
};

const COLUMNS: readonly Column<SecurityEvent>[] = [
  { key: 'time', title: 'Time', render: ({ time }) => localTime(time) },
  {
    key: 'event',
    title: 'What',
    render: ({ event }) => <span className={event === 'refused' ? 'error-text' : ''}>{NAMES[event]}</span>,
  },
  {
    key: 'who',
    title: 'Who',
    render: ({ callingAe, address, user }) =>
      [callingAe ?? '', address === undefined ? '' : `(${address})`, user === undefined ? '' : `as ${user}`].join(' '),
  },
  {
    key: 'details',
    title: 'Details',
    render: ({ text, tls, requests }) =>
      [text, tls, ...Object.entries(requests ?? {}).map(([command, n]) => `${n} × ${command}`)]
        .filter((part) => part !== undefined && part !== '')
        .join(' · '),
  },
];

const localTime = (iso: string): string => new Date(iso).toLocaleString('sv-SE');

/** Who came, who was refused and why: the end of the security log. */
export function SecurityEvents({ state }: { readonly state: SecurityState }) {
  const [events, setEvents] = useState<readonly SecurityEvent[]>([]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a change of the node writes lines of its own
  useEffect(() => {
    let failed = false;
    const load = (): void => {
      rpc.security.events().then(
        (found) => {
          failed = false;
          setEvents(found);
        },
        (error: unknown) => {
          if (!failed) toast(errorWords(error), 'error');
          failed = true;
        },
      );
    };
    load();
    const timer = setInterval(load, POLL);
    return () => clearInterval(timer);
  }, [state]);
  return (
    <section className="network-section" aria-label="security log">
      <header>
        <h2>Who came</h2>
        <span className="hint">The whole list is in security.log in the folder of the archive.</span>
      </header>
      <div className="security-events">
        <Table
          data-testid="security-events"
          columns={COLUMNS}
          rows={events.slice(0, 100)}
          rowKey={(event) => JSON.stringify(event)}
          empty="Nobody yet."
        />
      </div>
    </section>
  );
}
