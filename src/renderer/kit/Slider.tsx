interface SliderProps {
  readonly value: number;
  readonly min: number;
  readonly max: number;
  readonly step: number;
  readonly onChange: (value: number) => void;
  readonly disabled?: boolean;
  readonly 'aria-label': string;
  readonly 'data-testid'?: string;
}

/** A horizontal slider that reports while it moves. */
export function Slider({ value, min, max, step, onChange, ...rest }: SliderProps) {
  return (
    <input
      type="range"
      className="slider"
      min={min}
      max={max}
      step={step}
      value={value}
      onChange={(event) => onChange(event.target.valueAsNumber)}
      {...rest}
    />
  );
}
