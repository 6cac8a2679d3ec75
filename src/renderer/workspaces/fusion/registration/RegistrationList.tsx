import type { Fusion } from '#renderer/document/fusion.ts';
import { dropDraft, putInUse, registrationKey } from '#renderer/document/registrations.ts';
import { useDocument } from '#renderer/document/store.ts';
import { Button } from '#renderer/kit/Button.tsx';
import { Checkbox } from '#renderer/kit/Checkbox.tsx';
import { Panel } from '#renderer/kit/Panel.tsx';
import type { Registration } from '#shared/model/registration.ts';
import { frameNames } from './frameNames.ts';
import { isSaved } from './manualRegistration.ts';

/** The registrations of the patient: which of them the fusion uses, in what order, and where they contradict each other. */
export function RegistrationList({ fusion }: { readonly fusion: Fusion }) {
  const document = useDocument((state) => state.document);
  if (document === null) return null;
  const { registrationDrafts, registrations, registrationsOff } = document;
  const names = frameNames(document.tree);
  const path = fusion.kind === 'fused' ? fusion.path : [];
  return (
    <Panel title="Registrations">
      <Way fusion={fusion} />
      <ul className="registration-list" data-testid="registration-list">
        {[...registrationDrafts, ...registrations].map((registration) => {
          const key = registrationKey(registration);
          const draft = !isSaved(registration);
          return (
            <li key={key} className={path.includes(registration) ? 'in-use' : ''} data-testid="registration-row">
              <Checkbox
                aria-label={`use registration ${registration.label}`}
                checked={draft || !registrationsOff.includes(key)}
                disabled={draft}
                onChange={(use) => putInUse(registration, use)}
              />
              <span className="object-name" title={registration.label}>
                {registration.label || '(no label)'}
                <small className="hint">
                  {names(registration.movingFrame)} → {names(registration.fixedFrame)} · {describe(registration)}
                </small>
              </span>
              {draft && (
                <Button
                  kind="quiet"
                  title="Forget this registration"
                  data-testid="drop-draft"
                  onClick={() => dropDraft(registration.fixedFrame, registration.movingFrame)}
                >
                  drop
                </Button>
              )}
            </li>
          );
        })}
      </ul>
      {registrations.length + registrationDrafts.length === 0 && <p className="hint">None in the archive.</p>}
    </Panel>
  );
}

/** The way that the fusion takes, or why there is none. */
function Way({ fusion }: { readonly fusion: Fusion }) {
  if (fusion.kind === 'none') return <p className="hint">Choose a second image to see how it is fused.</p>;
  if (fusion.kind === 'refused') return <p className="warning-text">{fusion.reason}</p>;
  return (
    <>
      <p className="hint" data-testid="fusion-way">
        {fusion.path.length === 0
          ? 'Both images share one frame of reference: they are shown as acquired, without a registration.'
          : `Fused through ${fusion.how}.`}
      </p>
      {fusion.warnings.map((warning) => (
        <p key={warning} className="warning-text" data-testid="fusion-contradiction">
          {warning}
        </p>
      ))}
    </>
  );
}

function describe({ kind, method, signedOff, quality }: Registration): string {
  const parts = [kind, method === undefined || method === 'unknown' ? '' : method];
  if (quality !== undefined) parts.push(`quality ${quality.value.toFixed(2)}`);
  parts.push(signedOff === undefined ? 'not signed off' : `signed off by ${signedOff.by}`);
  return parts.filter(Boolean).join(', ');
}
