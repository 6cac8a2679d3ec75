import { Suspense, useEffect, useState } from 'react';
import { refreshSystemInfo, useSystemInfo } from '#renderer/stores/systemInfo.ts';
import { NETWORK_SECTIONS } from './sections.ts';
import './network.css';

/** Our own address, and one section for each service of the network. */
export default function NetworkWorkspace() {
  const info = useSystemInfo((state) => state.info);
  const [chosen, setChosen] = useState(NETWORK_SECTIONS[0].id);
  useEffect(() => void refreshSystemInfo(), []);
  const section = NETWORK_SECTIONS.find(({ id }) => id === chosen) ?? NETWORK_SECTIONS[0];
  return (
    <div className="network">
      <nav className="network-sections" aria-label="network services">
        {NETWORK_SECTIONS.map(({ id, title }) => (
          <button
            key={id}
            type="button"
            data-testid={`network-${id}`}
            aria-current={id === section.id}
            onClick={() => setChosen(id)}
          >
            {title}
          </button>
        ))}
      </nav>
      <div className="network-content">
        {info !== null && (
          <p className="own-address">
            Others send to us at AE title <strong>{info.aeTitle}</strong>, {info.dicomBind}, port{' '}
            <strong>{info.dicomPort}</strong>
            {info.dicomTlsPort !== undefined && info.dicomTlsPort !== info.dicomPort && (
              <>
                , over TLS port <strong>{info.dicomTlsPort}</strong>
              </>
            )}
            . The archive holds {info.instances} objects.
          </p>
        )}
        {section.id !== 'security' &&
          info?.dangers.map((text) => (
            <p key={text} className="own-dangers" data-testid="own-danger">
              {text}
            </p>
          ))}
        <Suspense fallback={<p className="hint">Loading…</p>}>
          <section.Component />
        </Suspense>
      </div>
    </div>
  );
}
