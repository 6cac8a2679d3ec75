import { dismissToast, useToasts } from './toast.ts';

/** The place where toasts show; mount once. */
export function Toaster() {
  const toasts = useToasts((state) => state.toasts);
  return (
    <div className="toaster" role="status" aria-live="polite">
      {toasts.map(({ id, text, level }) => (
        <div key={id} className={`toast ${level}`} data-testid="toast">
          <span>{text}</span>
          <button type="button" aria-label="dismiss" onClick={() => dismissToast(id)}>
            ×
          </button>
        </div>
      ))}
    </div>
  );
}
