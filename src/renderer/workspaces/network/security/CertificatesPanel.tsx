import { useState } from 'react';
import { rpc } from '#renderer/client/rpc.ts';
import { Button } from '#renderer/kit/Button.tsx';
import { toast } from '#renderer/kit/toast.ts';
import { errorWords } from '#shared/contract/errors.ts';
import type { CertificateInfo, SecurityState } from '#shared/contract/rpc/security.ts';
import { ImportIdentityDialog, MakeIdentityDialog, TrustDialog } from './CertificateDialogs.tsx';
import type { Security } from './useSecurity.ts';

interface CertificatesPanelProps {
  readonly state: SecurityState;
  readonly change: Security['change'];
}

/** How this node proves who it is over TLS, and whose certificates it believes. */
export function CertificatesPanel({ state, change }: CertificatesPanelProps) {
  const [dialog, setDialog] = useState<'import' | 'make' | 'trust' | null>(null);
  const close = (): void => setDialog(null);
  const copy = async (): Promise<void> => {
    try {
      const { certificate } = await rpc.security.identityPem();
      await navigator.clipboard.writeText(certificate);
      toast('Our certificate is on the clipboard: peers that are to trust us need it.', 'success');
    } catch (error) {
      toast(errorWords(error), 'error');
    }
  };
  const distrust = async ({ subject, fingerprint }: CertificateInfo): Promise<void> => {
    if (!window.confirm(`No longer trust "${subject}"?`)) return;
    const refused = await change(() => rpc.security.distrust({ fingerprint }));
    if (refused !== undefined) toast(refused.text, 'error');
  };
  return (
    <section className="network-section" aria-label="certificates">
      <header>
        <h2>Certificates for TLS</h2>
        <span className="node-actions">
          <Button data-testid="make-certificate" onClick={() => setDialog('make')}>
            Make a certificate
          </Button>
          <Button data-testid="import-certificate" onClick={() => setDialog('import')}>
            Import key and certificate
          </Button>
          <Button data-testid="trust-certificate" onClick={() => setDialog('trust')}>
            Trust a certificate
          </Button>
        </span>
      </header>
      <h3>Ours</h3>
      {state.identity === undefined ? (
        <p className="hint">None yet: make a self-signed one, or import what your department issues.</p>
      ) : (
        <Certificate certificate={state.identity}>
          <Button kind="quiet" onClick={() => void copy()}>
            Copy
          </Button>
        </Certificate>
      )}
      <h3>Trusted: peers with one of these, or one issued by them</h3>
      {state.trusted.length === 0 && <p className="hint">Nobody yet.</p>}
      {state.trusted.map((certificate) => (
        <Certificate key={certificate.fingerprint} certificate={certificate}>
          <Button kind="quiet" onClick={() => void distrust(certificate)}>
            Remove
          </Button>
        </Certificate>
      ))}
      {dialog === 'make' && <MakeIdentityDialog change={change} onClose={close} />}
      {dialog === 'import' && <ImportIdentityDialog change={change} onClose={close} />}
      {dialog === 'trust' && <TrustDialog change={change} onClose={close} />}
    </section>
  );
}

function Certificate({ certificate, children }: { certificate: CertificateInfo; children: React.ReactNode }) {
  const { subject, issuer, validFrom, validTo, fingerprint, key, problems } = certificate;
  return (
    <div className="certificate" data-testid="certificate">
      <div>
        <strong>{subject}</strong>{' '}
        <span className="hint">{issuer === subject ? 'self-signed' : `issued by ${issuer}`}</span>
        <div>
          valid {validFrom.slice(0, 10)} to {validTo.slice(0, 10)} · {key}
        </div>
        <code>SHA-256 {fingerprint}</code>
        {problems.map((problem) => (
          <div key={problem} className="warning-text">
            {problem}
          </div>
        ))}
      </div>
      {children}
    </div>
  );
}
