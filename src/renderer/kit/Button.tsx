import type { ButtonHTMLAttributes, ReactNode } from 'react';

interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  readonly kind?: 'primary' | 'plain' | 'danger' | 'quiet';
  /** Shown pressed (toggle buttons). */
  readonly pressed?: boolean;
  readonly children: ReactNode;
}

/** A push or toggle button. */
export function Button({ kind = 'plain', pressed, className = '', children, ...rest }: ButtonProps) {
  return (
    <button type="button" className={`button ${kind} ${className}`} aria-pressed={pressed} {...rest}>
      {children}
    </button>
  );
}
