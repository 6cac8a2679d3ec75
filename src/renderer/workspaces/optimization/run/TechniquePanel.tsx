import { Field } from '#renderer/kit/Field.tsx';
import { NumberInput } from '#renderer/kit/NumberInput.tsx';
import { Panel } from '#renderer/kit/Panel.tsx';
import { Select } from '#renderer/kit/Select.tsx';
import type { OptimizationSettings } from '#renderer/compute/optimization/base.ts';
import { setOptimizationSettings, useOptimization } from '#renderer/stores/optimizationStore.ts';

type Technique = 'fluence' | 'step-and-shoot' | 'sliding-window' | 'vmat';

const TECHNIQUES: readonly { readonly value: Technique; readonly label: string; readonly hint: string }[] = [
  { value: 'step-and-shoot', label: 'IMRT, step and shoot', hint: 'Segments of the plan’s beam directions' },
  { value: 'sliding-window', label: 'IMRT, sliding window', hint: 'Leaves sweep while the plan’s beams irradiate' },
  { value: 'vmat', label: 'VMAT', hint: 'Arcs round the isocenter; the plan’s beams are replaced' },
  { value: 'fluence', label: 'Fluence map only', hint: 'Quick, to see what goals can be met: no beams come of it' },
];

const techniqueOf = ({ technique, sequencing }: OptimizationSettings): Technique =>
  technique === 'imrt' ? sequencing : technique;

const settingsOf = (chosen: Technique): Partial<OptimizationSettings> =>
  chosen === 'fluence' || chosen === 'vmat' ? { technique: chosen } : { technique: 'imrt', sequencing: chosen };

/** How the next run goes about it. */
export function TechniquePanel({ busy }: { readonly busy: boolean }) {
  const settings = useOptimization((state) => state.settings);
  const chosen = techniqueOf(settings);
  const number = (
    key: 'grid' | 'bixel' | 'segments' | 'arcs' | 'threads',
    label: string,
    range: Range,
    hint?: string,
  ) => (
    <Field label={label} {...(hint !== undefined && { hint })}>
      <NumberInput
        aria-label={label.toLowerCase()}
        data-testid={`optimization-${key}`}
        value={settings[key]}
        disabled={busy}
        {...range}
        onChange={(value) => setOptimizationSettings({ [key]: range.decimals === 0 ? Math.round(value) : value })}
      />
    </Field>
  );
  return (
    <Panel title="Technique">
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
      {chosen === 'step-and-shoot' &&
        number('segments', 'Segments', { min: 1, max: 100, step: 1, decimals: 0, unit: 'a beam' })}
      {chosen === 'vmat' && number('arcs', 'Arcs', { min: 1, max: 4, step: 1, decimals: 0, unit: '' })}
      {number('grid', 'Dose grid', { min: 1, max: 10, step: 0.5, decimals: 1, unit: 'mm' })}
      {number('bixel', 'Bixel width', { min: 2.5, max: 10, step: 2.5, decimals: 1, unit: 'mm' })}
      {number('threads', 'Threads', { min: 1, max: 64, step: 1, decimals: 0, unit: '' })}
      {busy && <p className="hint">These hold for the next run; objectives can be changed while one goes on.</p>}
    </Panel>
  );
}

interface Range {
  readonly min: number;
  readonly max: number;
  readonly step: number;
  readonly decimals: number;
  readonly unit: string;
}
