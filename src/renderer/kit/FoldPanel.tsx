import type { ReactNode } from 'react';

interface FoldPanelProps {
  readonly title: string;
  /** Open at first. */
  readonly open?: boolean;
  readonly children: ReactNode;
  readonly 'data-testid'?: string;
}

/** A section of a side panel that folds away under its title. */
export function FoldPanel({ title, open = false, children, ...rest }: FoldPanelProps) {
  return (
    <details className="panel fold" open={open} aria-label={title} {...rest}>
      <summary>
        <h2>{title}</h2>
      </summary>
      <div className="panel-body">{children}</div>
    </details>
  );
}
