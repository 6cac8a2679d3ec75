import { Checkbox } from '#renderer/kit/Checkbox.tsx';
import { Field } from '#renderer/kit/Field.tsx';
import { Select } from '#renderer/kit/Select.tsx';
import { DATES, type ExportDraft, KEEPABLE } from './exportDraft.ts';

interface ExportOptionsProps {
  readonly draft: ExportDraft;
  readonly onChange: (draft: ExportDraft) => void;
}

/** Whether identity goes, what of it stays, and who the patient becomes. */
export function ExportOptions({ draft, onChange }: ExportOptionsProps) {
  const { options } = draft;
  const set = (part: Partial<ExportDraft['options']>): void => onChange({ ...draft, options: { ...options, ...part } });
  const text = (field: 'patientId' | 'patientName', label: string) => (
    <Field label={label}>
      <input
        type="text"
        data-testid={`export-${field}`}
        placeholder="a pseudonym"
        maxLength={64}
        value={options[field] ?? ''}
        onChange={(event) => set({ [field]: event.target.value === '' ? undefined : event.target.value })}
      />
    </Field>
  );
  return (
    <div className="export-options">
      <Checkbox
        data-testid="export-deidentify"
        checked={draft.isDeidentified}
        onChange={(isDeidentified) => onChange({ ...draft, isDeidentified })}
      >
        <strong>Remove identity</strong> (PS3.15 Basic profile)
      </Checkbox>
      {draft.isDeidentified ? (
        <>
          <Field label="Dates">
            <Select
              aria-label="dates"
              data-testid="export-dates"
              value={options.dates}
              options={DATES}
              onChange={(dates) => set({ dates })}
            />
          </Field>
          <p className="hint">Kept all the same:</p>
          {KEEPABLE.map(({ flag, label, hint }) => (
            <div key={flag}>
              <Checkbox data-testid={`export-${flag}`} checked={options[flag]} onChange={(on) => set({ [flag]: on })}>
                {label}
                {hint !== '' && <small className="hint"> {hint}</small>}
              </Checkbox>
            </div>
          ))}
          {text('patientId', 'New ID')}
          {text('patientName', 'New name')}
          <Field label="Secret" hint="16 characters or more: later exports with the same secret fit this one">
            <input
              type="text"
              autoComplete="off"
              aria-label="secret"
              value={draft.secret}
              onChange={(event) => onChange({ ...draft, secret: event.target.value })}
            />
          </Field>
        </>
      ) : (
        <p className="warning-text">The objects leave with name, ID and dates of the patient.</p>
      )}
    </div>
  );
}
