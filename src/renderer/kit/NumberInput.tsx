import { useState } from 'react';
import { fixed } from '#shared/geometry/fixed.ts';
import { steady } from './steady.tsx';
import { type DraggedNumber, useDrag } from './useDrag.ts';

interface NumberInputProps {
  readonly value: number;
  readonly onChange: (value: number) => void;
  /** Shown behind the number: mm, °, Gy, MU, %. */
  readonly unit: string;
  readonly min?: number;
  readonly max?: number;
  readonly step?: number;
  /** Digits after the point. */
  readonly decimals?: number;
  readonly disabled?: boolean;
  /** Begins a drag of the number: it then changes while the pointer moves sideways. */
  readonly onDrag?: () => DraggedNumber;
  readonly 'aria-label'?: string;
  readonly 'data-testid'?: string;
}

/**
 * A number with its unit. What is typed takes effect on Enter or when the field is left; anything that is not a number within
 * min..max is marked and not taken, never silently clamped. Arrow keys step (Shift ×10).
 */
export const NumberInput = steady(NumberField);

function NumberField(props: NumberInputProps) {
  const { value, onChange, unit, min = -Infinity, max = Infinity, step = 1, decimals = 1, disabled } = props;
  // What is being typed; null while the field just shows its value.
  const [typed, setTyped] = useState<string | null>(null);
  const text = typed ?? fixed(value, decimals);
  const parsed = parseNumber(text);
  const valid = parsed !== undefined && parsed >= min && parsed <= max;
  const commit = (): void => {
    setTyped(null);
    // Leaving the field untouched must not round a value that has more digits than are shown.
    if (typed !== null && typed !== fixed(value, decimals) && valid && parsed !== undefined) onChange(parsed);
  };
  const stepBy = (sign: number, fast: boolean): void => {
    const next = Number(((typed === null ? value : (parsed ?? value)) + sign * step * (fast ? 10 : 1)).toFixed(9));
    if (next < min || next > max) return;
    setTyped(null);
    onChange(next);
  };
  const drag = useDrag(value, step, disabled === true ? undefined : props.onDrag);
  return (
    <span className={`number-input ${valid ? '' : 'invalid'} ${props.onDrag === undefined ? '' : 'draggable'}`}>
      <input
        inputMode="decimal"
        value={text}
        disabled={disabled}
        aria-invalid={!valid}
        aria-label={props['aria-label']}
        data-testid={props['data-testid']}
        title={valid ? props.onDrag && 'type, or drag sideways (Shift: faster)' : `a number from ${min} to ${max}`}
        {...drag}
        onFocus={(event) => event.target.select()}
        onChange={(event) => setTyped(event.target.value)}
        onBlur={commit}
        onKeyDown={(event) => {
          event.stopPropagation();
          if (event.key === 'Enter') commit();
          else if (event.key === 'Escape') setTyped(null);
          else if (event.key === 'ArrowUp') stepBy(1, event.shiftKey);
          else if (event.key === 'ArrowDown') stepBy(-1, event.shiftKey);
          else return;
          event.preventDefault();
        }}
      />
      <span className="unit">{unit}</span>
    </span>
  );
}

/** A decimal number with point or comma; undefined when the text is anything else (also empty, hex, Infinity). */
export function parseNumber(text: string): number | undefined {
  const trimmed = text.trim().replace('−', '-').replace(',', '.');
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(trimmed) ? Number(trimmed) : undefined;
}
