import { useEffect, useRef } from 'react';
import { dismissAllToasts, dismissToast, holdToasts, type ToastLevel, useToasts } from './toast.ts';

const WORST: readonly ToastLevel[] = ['error', 'warning', 'success', 'info'];

/**
 * The place where toasts show, in the strip of the tabs, where they cover no control of a workspace; mount once. The newest is read there, two
 * lines of it; a press opens all of them, whole, until Escape or a press elsewhere.
 */
export function Toaster() {
  const place = useRef<HTMLDivElement>(null);
  const { toasts, held: open } = useToasts();
  useEffect(() => {
    if (!open) return undefined;
    const onPress = ({ target }: Event): void => {
      if (!(target instanceof Node && place.current?.contains(target) === true)) holdToasts(false);
    };
    const onKey = (event: KeyboardEvent): void => {
      if (event.key !== 'Escape') return;
      event.stopPropagation();
      holdToasts(false);
    };
    document.addEventListener('pointerdown', onPress, true);
    document.addEventListener('keydown', onKey, true);
    return () => {
      document.removeEventListener('pointerdown', onPress, true);
      document.removeEventListener('keydown', onKey, true);
    };
  }, [open]);
  const more = toasts.length - 1;
  const worst = WORST.find((level) => toasts.slice(1).some((toast) => toast.level === level));
  return (
    <div ref={place} className={`toaster ${open ? 'open' : ''} ${toasts.length === 0 ? 'none' : ''}`}>
      <div className="toasts" role="status" aria-live="polite">
        {toasts.map(({ id, text, level }, n) => (
          <div key={id} className={`toast ${level}`} data-testid="toast" inert={n > 0 && !open}>
            <button
              type="button"
              className="toast-text"
              aria-expanded={open}
              title={open ? undefined : text}
              onClick={() => holdToasts(!open)}
            >
              {text}
            </button>
            {n === 0 && more > 0 && (
              <button
                type="button"
                className={`toast-more ${worst ?? ''}`}
                data-testid="toast-more"
                onClick={() => (open ? dismissAllToasts() : holdToasts(true))}
              >
                {open ? 'dismiss all' : `+${more} more`}
              </button>
            )}
            <button type="button" className="toast-close" aria-label="dismiss" onClick={() => dismissToast(id)}>
              ×
            </button>
          </div>
        ))}
      </div>
    </div>
  );
}
