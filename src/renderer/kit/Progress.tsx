interface ProgressProps {
  /** 0..1; undefined = under way without a known end. */
  readonly value?: number;
  readonly label: string;
  readonly onCancel?: () => void;
}

/** A progress bar with its label and, where the work can be stopped, a cancel button. */
export function Progress({ value, label, onCancel }: ProgressProps) {
  return (
    <div
      className="progress"
      role="progressbar"
      aria-valuenow={value === undefined ? undefined : Math.round(value * 100)}
    >
      <div className="progress-head">
        <span>{label}</span>
        {value !== undefined && <span className="numeric">{Math.round(value * 100)} %</span>}
        {onCancel !== undefined && (
          <button type="button" className="button quiet" onClick={onCancel}>
            Cancel
          </button>
        )}
      </div>
      <div className="progress-track">
        <div
          className={value === undefined ? 'progress-fill running' : 'progress-fill'}
          style={{ width: value === undefined ? '30%' : `${value * 100}%` }}
        />
      </div>
    </div>
  );
}
