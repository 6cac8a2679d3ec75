import type { ReactNode } from 'react';
import { steady } from './steady.tsx';

interface CheckboxProps {
  readonly checked: boolean;
  readonly onChange: (checked: boolean) => void;
  readonly disabled?: boolean;
  readonly title?: string;
  readonly children?: ReactNode;
  readonly 'aria-label'?: string;
  readonly 'data-testid'?: string;
}

/** A check box with its label. */
export const Checkbox = steady(CheckField);

function CheckField({ checked, onChange, children, ...rest }: CheckboxProps) {
  return (
    <label className="checkbox">
      <input type="checkbox" checked={checked} onChange={(event) => onChange(event.target.checked)} {...rest} />
      {children !== undefined && <span>{children}</span>}
    </label>
  );
}
