import { Dialog as Radix } from 'radix-ui';
import type { ReactNode } from 'react';

interface DialogProps {
  readonly open: boolean;
  readonly title: string;
  readonly description?: string;
  readonly onClose: () => void;
  readonly children: ReactNode;
  /** Buttons at the bottom right. */
  readonly actions: ReactNode;
}

/** A modal dialog; Escape and a click outside close it. */
export function Dialog({ open, title, description, onClose, children, actions }: DialogProps) {
  return (
    <Radix.Root open={open} onOpenChange={(next) => !next && onClose()}>
      <Radix.Portal>
        <Radix.Overlay className="dialog-overlay" />
        <Radix.Content className="dialog" aria-describedby={undefined}>
          <Radix.Title className="dialog-title">{title}</Radix.Title>
          {description !== undefined && <Radix.Description className="hint">{description}</Radix.Description>}
          <div className="dialog-body">{children}</div>
          <footer className="dialog-actions">{actions}</footer>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
