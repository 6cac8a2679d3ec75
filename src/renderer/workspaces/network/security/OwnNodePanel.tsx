import { useState } from 'react';
import { rpc } from '#renderer/client/rpc.ts';
import { Button } from '#renderer/kit/Button.tsx';
import { Checkbox } from '#renderer/kit/Checkbox.tsx';
import { Field } from '#renderer/kit/Field.tsx';
import { Select } from '#renderer/kit/Select.tsx';
import { setMessage } from '#renderer/stores/statusStore.ts';
import type { OwnNode, SecurityState } from '#shared/contract/rpc/security.ts';
import { AllowList } from './AllowList.tsx';
import { draftOf, LIMITS, type OwnNodeDraft, parseDraft } from './ownNodeDraft.ts';
import type { Refusal, Security } from './useSecurity.ts';

interface OwnNodePanelProps {
  readonly state: SecurityState;
  readonly change: Security['change'];
}

const PROFILES = [
  { value: 'bcp195', label: 'BCP 195' },
  { value: 'bcp195-nd', label: 'BCP 195, non-downgrading' },
  { value: 'bcp195-ex', label: 'BCP 195, extended' },
] as const;

const USER_MODES = [
  { value: 'off', label: 'not asked for' },
  { value: 'optional', label: 'checked when given' },
  { value: 'required', label: 'required' },
] as const;

/** What a listener does now, unless Apply would change just that. */
function listens(wanted: boolean, running: { readonly port: number } | undefined): string {
  if (wanted !== (running !== undefined)) return wanted ? 'not running yet' : 'will stop listening';
  return running === undefined ? 'off' : `listens on port ${running.port}`;
}

/** Address, TLS, limits and allow-list of our own node: edited together and applied at once. */
export function OwnNodePanel({ state, change }: OwnNodePanelProps) {
  const [draft, setDraft] = useState(() => draftOf(state.node));
  const [refusal, setRefusal] = useState<Refusal | undefined>();
  const parsed = parseDraft(draft);
  const isChanged = JSON.stringify(draft) !== JSON.stringify(draftOf(state.node));
  const set = (next: Partial<OwnNodeDraft>): void => {
    setRefusal(undefined);
    setDraft({ ...draft, ...next });
  };
  const setNode = (next: Partial<OwnNode>): void => set({ node: { ...draft.node, ...next } });
  const { listening, tls, access } = draft.node;
  const problem = (field: string): string | undefined =>
    refusal?.field === field
      ? refusal.text
      : parsed.error?.issues.find((issue) => issue.path.join('.') === field)?.message;
  const isFixed = (field: string): boolean =>
    state.fixed.some((fixed) => field === fixed || field.startsWith(`${fixed}.`));
  const hint = (field: string, otherwise?: string): string | undefined =>
    isFixed(field) ? 'Decided on the command line for this run.' : otherwise;
  const save = async (): Promise<void> => {
    if (!parsed.success) return;
    const { data } = parsed;
    const refused = await change(() => rpc.security.save(data));
    setRefusal(refused);
    if (refused === undefined) setMessage('This node was changed; running associations go on.');
  };
  const known = new Set(['listening.port', 'listening.bind', 'tls.port', 'tls.certificate', 'tls.ca', 'aeTitle']);
  const text = (field: string, label: string, value: string, onChange: (value: string) => void, more?: string) => (
    <Field label={label} hint={hint(field, more)} error={problem(field)}>
      <input
        type="text"
        data-testid={`own-${field}`}
        value={value}
        disabled={isFixed(field)}
        onChange={(event) => onChange(event.target.value)}
      />
    </Field>
  );
  return (
    <section className="network-section" aria-label="this node">
      <header>
        <h2>This node</h2>
        <Button
          kind="primary"
          data-testid="apply-own-node"
          disabled={!parsed.success || !isChanged}
          onClick={() => void save()}
        >
          Apply
        </Button>
      </header>
      {refusal !== undefined && !known.has(refusal.field ?? '') && <p className="error-text">{refusal.text}</p>}
      <div className="security-columns">
        <div>
          <h3>Address</h3>
          {text('aeTitle', 'AE title', draft.node.aeTitle, (aeTitle) => setNode({ aeTitle }))}
          {text(
            'listening.bind',
            'Address',
            listening.bind,
            (bind) => setNode({ listening: { ...listening, bind } }),
            '127.0.0.1 is this computer alone; 0.0.0.0 every network interface.',
          )}
          <Field label="Without TLS" hint={hint('listening.enabled')} error={problem('listening.enabled')}>
            <Checkbox
              data-testid="own-plain"
              checked={listening.enabled}
              disabled={isFixed('listening.enabled')}
              onChange={(enabled) => setNode({ listening: { ...listening, enabled } })}
            >
              {listens(listening.enabled, state.running.plain)}
            </Checkbox>
          </Field>
          {text('listening.port', 'Port', draft.port, (port) => set({ port }))}
          <h3>TLS</h3>
          <Field label="With TLS" hint={hint('tls')} error={problem('tls.certificate') ?? problem('tls.ca')}>
            <Checkbox
              data-testid="own-tls"
              checked={tls.enabled}
              disabled={isFixed('tls')}
              onChange={(enabled) => setNode({ tls: { ...tls, enabled } })}
            >
              {listens(tls.enabled, state.running.tls)}
            </Checkbox>
          </Field>
          {text('tls.port', 'Port', draft.tlsPort, (tlsPort) => set({ tlsPort }))}
          <Field label="Peers">
            <Checkbox
              checked={tls.mutual}
              disabled={isFixed('tls')}
              onChange={(mutual) => setNode({ tls: { ...tls, mutual } })}
            >
              must show a certificate we trust
            </Checkbox>
          </Field>
          <Field label="Profile">
            <Select
              aria-label="TLS profile"
              value={tls.profile}
              options={PROFILES}
              disabled={isFixed('tls')}
              onChange={(profile) => setNode({ tls: { ...tls, profile } })}
            />
          </Field>
        </div>
        <div>
          <h3>Who may associate</h3>
          <Field label="AE title">
            <Checkbox
              checked={access.checkCalledAe}
              onChange={(checkCalledAe) => setNode({ access: { ...access, checkCalledAe } })}
            >
              callers must use ours
            </Checkbox>
          </Field>
          <Field label="User identity" hint={hint('userMode')}>
            <Select
              aria-label="user identity"
              data-testid="own-user-mode"
              value={draft.node.userMode}
              options={USER_MODES}
              disabled={isFixed('userMode')}
              onChange={(userMode) => setNode({ userMode })}
            />
          </Field>
          <Field label="Allow-list" hint={hint('access')} error={problem('access.peers')}>
            <Checkbox
              data-testid="own-allow-list"
              checked={access.enabled}
              disabled={isFixed('access')}
              onChange={(enabled) => setNode({ access: { ...access, enabled } })}
            >
              only these
            </Checkbox>
          </Field>
          <AllowList
            peers={draft.peers}
            disabled={isFixed('access')}
            problem={problem}
            onChange={(peers) => set({ peers })}
          />
          <h3>Limits</h3>
          {LIMITS.map(({ key, label, unit }) => (
            <Field key={key} label={label} hint={hint(`limits.${key}`)} error={problem(`limits.${key}`)}>
              <input
                type="text"
                className="security-number"
                inputMode="numeric"
                value={draft.limits[key]}
                disabled={isFixed(`limits.${key}`)}
                onChange={(event) => set({ limits: { ...draft.limits, [key]: event.target.value } })}
              />
              <span className="hint">{unit}</span>
            </Field>
          ))}
        </div>
      </div>
    </section>
  );
}
