import { NumberInput } from '#renderer/kit/NumberInput.tsx';
import type { Vec3 } from '#shared/geometry/vec.ts';

interface PointFieldsProps {
  readonly label: string;
  readonly names?: readonly [string, string, string];
  readonly value: Vec3;
  readonly onChange: (value: Vec3) => void;
  readonly disabled?: boolean;
}

/** Three coordinates beside each other, mm. */
export function PointFields({ label, names = ['X', 'Y', 'Z'], value, onChange, disabled = false }: PointFieldsProps) {
  return (
    <div className="isocenter-fields">
      {names.map((name, axis) => (
        <label key={name}>
          <span className="field-label">{name}</span>
          <NumberInput
            aria-label={`${label} ${name}`}
            value={value[axis]}
            unit="mm"
            disabled={disabled}
            onChange={(next) => onChange(value.map((old, i) => (i === axis ? next : old)) as unknown as Vec3)}
          />
        </label>
      ))}
    </div>
  );
}
