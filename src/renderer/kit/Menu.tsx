import { type ReactNode, useLayoutEffect, useRef, useState } from 'react';

interface MenuProps {
  /** What the button that opens it says. */
  readonly label: string;
  readonly className: string;
  readonly children: ReactNode;
  /** Look of the button. */
  readonly buttonClass?: string;
  /** Whether what is inside stays there while it is closed, for the sake of its state. */
  readonly keep?: boolean;
  /** Of the button. */
  readonly 'data-testid'?: string;
}

/** Controls that fold out of a button. One is open at a time; Escape and a press anywhere else close it. */
export function Menu({ label, className, children, buttonClass, keep = false, 'data-testid': testId }: MenuProps) {
  const menu = useRef<HTMLDetailsElement>(null);
  const [open, setOpen] = useState(false);
  // Not after the first picture of it: an Escape that comes between would be lost.
  useLayoutEffect(() => {
    if (!open) return undefined;
    const close = (): void => menu.current?.removeAttribute('open');
    const inside = ({ target }: Event): boolean => target instanceof Node && menu.current?.contains(target) === true;
    const onPress = (event: PointerEvent): void => {
      if (!inside(event)) close();
    };
    const onKey = (event: KeyboardEvent): void => {
      if (event.key !== 'Escape') return;
      // A field gives up what is being typed first: closing would otherwise commit it.
      if (inside(event) && event.target instanceof HTMLInputElement) setTimeout(close);
      else {
        event.stopPropagation();
        close();
      }
    };
    // Viewports and fields keep events to themselves.
    document.addEventListener('pointerdown', onPress, true);
    document.addEventListener('keydown', onKey, true);
    return () => {
      document.removeEventListener('pointerdown', onPress, true);
      document.removeEventListener('keydown', onKey, true);
    };
  }, [open]);
  return (
    // Of those with one name the browser keeps one open.
    <details ref={menu} className={className} name="menu" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary className={buttonClass} data-testid={testId}>
        {label}
      </summary>
      {(open || keep) && children}
    </details>
  );
}
