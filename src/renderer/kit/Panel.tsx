import type { ReactNode } from 'react';

interface PanelProps {
  readonly title: string;
  /** Buttons at the right of the title. */
  readonly actions?: ReactNode;
  readonly children: ReactNode;
  /** Takes the height that is left and scrolls inside. */
  readonly grow?: boolean;
}

/** A titled section of a side panel. */
export function Panel({ title, actions, children, grow = false }: PanelProps) {
  return (
    <section className={`panel ${grow ? 'grow' : ''}`} aria-label={title}>
      <header>
        <h2>{title}</h2>
        {actions !== undefined && <div className="panel-actions">{actions}</div>}
      </header>
      <div className="panel-body">{children}</div>
    </section>
  );
}
