import type { ReactNode } from 'react';

interface FieldProps {
  readonly label: string;
  /** Said under the control: why a value is refused, or what it means. */
  readonly hint?: string;
  readonly error?: string;
  readonly children: ReactNode;
}

/** A labelled control. */
export function Field({ label, hint, error, children }: FieldProps) {
  return (
    <label className="field">
      <span className="field-label">{label}</span>
      <span className="field-control">{children}</span>
      {(error ?? hint) !== undefined && (
        <small className={error === undefined ? 'hint' : 'error'}>{error ?? hint}</small>
      )}
    </label>
  );
}
