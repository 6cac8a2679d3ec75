import { CertificatesPanel } from './CertificatesPanel.tsx';
import { OwnNodePanel } from './OwnNodePanel.tsx';
import { SecurityEvents } from './SecurityEvents.tsx';
import { UsersPanel } from './UsersPanel.tsx';
import { useSecurity } from './useSecurity.ts';
import './security.css';

/** Our own node: where it listens, whom it serves, how it proves who it is, and who came. */
export default function SecuritySection() {
  const { state, change } = useSecurity();
  if (state === null) return <p className="hint">Loading…</p>;
  return (
    <>
      {state.warnings.length > 0 && (
        <ul className="security-warnings" data-testid="security-warnings">
          {state.warnings.map(({ level, text }) => (
            <li key={text} className={level}>
              <strong>{level === 'danger' ? 'Danger' : 'Note'}</strong> {text}
            </li>
          ))}
        </ul>
      )}
      {/* What main has taken over is the new starting point of the form. */}
      <OwnNodePanel key={JSON.stringify(state.node)} state={state} change={change} />
      <CertificatesPanel state={state} change={change} />
      <UsersPanel state={state} change={change} />
      <SecurityEvents state={state} />
    </>
  );
}
