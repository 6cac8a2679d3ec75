import { useState } from 'react';
import { rpc } from '#renderer/client/rpc.ts';
import { Button } from '#renderer/kit/Button.tsx';
import { Dialog } from '#renderer/kit/Dialog.tsx';
import { Field } from '#renderer/kit/Field.tsx';
import { NumberInput } from '#renderer/kit/NumberInput.tsx';
import type { Refusal, Security } from './useSecurity.ts';

interface DialogProps {
  readonly change: Security['change'];
  readonly onClose: () => void;
}

/** A new key and a self-signed certificate. */
export function MakeIdentityDialog({ change, onClose }: DialogProps) {
  const [hosts, setHosts] = useState(globalThis.location.hostname || 'localhost');
  const [days, setDays] = useState(730);
  const names = hosts.split(/[\s,]+/).filter((name) => name !== '');
  return (
    <CertificateDialog
      title="Make a certificate"
      description="A new key and a certificate that this node signs itself. It replaces the present ones; peers have to be given the new one."
      action="Make"
      ready={names.length > 0}
      run={() => change(() => rpc.security.makeIdentity({ hosts: names, days }))}
      onClose={onClose}
    >
      {() => (
        <>
          <Field label="Names" hint="Host names and addresses of this computer, separated by spaces.">
            <input type="text" value={hosts} onChange={(event) => setHosts(event.target.value)} />
          </Field>
          <Field label="Valid for">
            <NumberInput
              value={days}
              onChange={setDays}
              unit="days"
              min={1}
              max={3650}
              decimals={0}
              aria-label="days"
            />
          </Field>
        </>
      )}
    </CertificateDialog>
  );
}

/** What an authority issued for this node. */
export function ImportIdentityDialog({ change, onClose }: DialogProps) {
  const [key, setKey] = useState('');
  const [certificate, setCertificate] = useState('');
  return (
    <CertificateDialog
      title="Import key and certificate"
      description="Both in PEM, the certificate with its chain if it has one. The key stays on this computer, readable by you alone."
      action="Import"
      ready={key !== '' && certificate !== ''}
      run={() => change(() => rpc.security.importIdentity({ key, certificate }))}
      onClose={onClose}
    >
      {(refusal) => (
        <>
          <PemFile label="Key" name="key" onRead={setKey} refusal={refusal} />
          <PemFile label="Certificate" name="certificate" onRead={setCertificate} refusal={refusal} />
        </>
      )}
    </CertificateDialog>
  );
}

/** A peer's certificate, or that of an authority whose certificates count. */
export function TrustDialog({ change, onClose }: DialogProps) {
  const [certificates, setCertificates] = useState('');
  return (
    <CertificateDialog
      title="Trust a certificate"
      description="Whoever shows it, or one issued by it, may speak TLS with this node. Compare its fingerprint with the peer's before."
      action="Trust"
      ready={certificates !== ''}
      run={() => change(() => rpc.security.trust({ certificates }))}
      onClose={onClose}
    >
      {(refusal) => <PemFile label="Certificate" name="certificates" onRead={setCertificates} refusal={refusal} />}
    </CertificateDialog>
  );
}

interface CertificateDialogProps {
  readonly title: string;
  readonly description: string;
  readonly action: string;
  readonly ready: boolean;
  readonly run: () => Promise<Refusal | undefined>;
  readonly onClose: () => void;
  readonly children: (refusal: Refusal | undefined) => React.ReactNode;
}

function CertificateDialog({ title, description, action, ready, run, onClose, children }: CertificateDialogProps) {
  const [refusal, setRefusal] = useState<Refusal | undefined>();
  const confirm = async (): Promise<void> => {
    const refused = await run();
    setRefusal(refused);
    if (refused === undefined) onClose();
  };
  return (
    <Dialog
      open
      title={title}
      description={description}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" data-testid="certificate-confirm" disabled={!ready} onClick={() => void confirm()}>
            {action}
          </Button>
        </>
      }
    >
      {children(refusal)}
      {refusal !== undefined && !FILE_FIELDS.includes(refusal.field ?? '') && (
        <p className="error-text">{refusal.text}</p>
      )}
    </Dialog>
  );
}

const FILE_FIELDS = ['key', 'certificate', 'certificates'];

interface PemFileProps {
  readonly label: string;
  readonly name: string;
  readonly onRead: (text: string) => void;
  readonly refusal: Refusal | undefined;
}

function PemFile({ label, name, onRead, refusal }: PemFileProps) {
  return (
    <Field label={label} error={refusal?.field === name ? refusal.text : undefined}>
      <input
        type="file"
        accept=".pem,.crt,.cer,.key"
        data-testid={`pem-${name}`}
        onChange={(event) => {
          const [file] = event.target.files ?? [];
          if (file !== undefined) void file.text().then(onRead);
        }}
      />
    </Field>
  );
}
