import { Field } from '#renderer/kit/Field.tsx';
import { NumberInput } from '#renderer/kit/NumberInput.tsx';
import { Select } from '#renderer/kit/Select.tsx';
import { setOptimizationSettings, useOptimization } from '#renderer/stores/optimizationStore.ts';
import { settingsOf, techniqueOf, TECHNIQUES } from './techniques.ts';

/** What a run makes of the plan; it holds for the next one. */
export function TechniqueFields({ busy }: { readonly busy: boolean }) {
  const settings = useOptimization((state) => state.settings);
  const chosen = techniqueOf(settings);
  return (
    <>
      <Field label="Technique" hint={TECHNIQUES.find(({ value }) => value === chosen)?.hint ?? ''}>
        <Select
          aria-label="technique"
          data-testid="optimization-technique"
          value={chosen}
          disabled={busy}
          options={TECHNIQUES}
          onChange={(value) => setOptimizationSettings(settingsOf(value))}
        />
      </Field>
      {chosen === 'step-and-shoot' && (
        <Setting of="segments" label="Segments" busy={busy} min={1} max={100} step={1} unit="a beam" />
      )}
    </>
  );
}

/** How finely and with what it is computed. */
export function PrecisionFields({ busy }: { readonly busy: boolean }) {
  return (
    <>
      <Setting of="grid" label="Dose grid" busy={busy} min={1} max={10} step={0.5} unit="mm" />
      <Setting of="bixel" label="Bixel width" busy={busy} min={2.5} max={10} step={2.5} unit="mm" />
      <Setting of="threads" label="Threads" busy={busy} min={1} max={64} step={1} unit="" />
      <p className="hint setting-note">
        Technique and precision hold for the next run. Final dose: collapsed cone on this grid, with the directions of
        Planning; above 4 mm it counts as approximate.
      </p>
    </>
  );
}

interface SettingProps {
  readonly of: 'grid' | 'bixel' | 'segments' | 'threads';
  readonly label: string;
  readonly busy: boolean;
  readonly min: number;
  readonly max: number;
  readonly step: number;
  readonly unit: string;
}

function Setting({ of, label, busy, ...range }: SettingProps) {
  const value = useOptimization((state) => state.settings[of]);
  const whole = range.step === 1;
  return (
    <Field label={label}>
      <NumberInput
        aria-label={label.toLowerCase()}
        data-testid={`optimization-${of}`}
        value={value}
        disabled={busy}
        decimals={whole ? 0 : 1}
        {...range}
        onChange={(next) => setOptimizationSettings({ [of]: whole ? Math.round(next) : next })}
      />
    </Field>
  );
}
