import { prescribe } from '#renderer/commands/planning/plans/prescribe.ts';
import { run } from '#renderer/commands/useShortcuts.ts';
import { Field } from '#renderer/kit/Field.tsx';
import { NumberInput } from '#renderer/kit/NumberInput.tsx';
import { Panel } from '#renderer/kit/Panel.tsx';
import { Select } from '#renderer/kit/Select.tsx';
import type { Plan, Prescription } from '#shared/model/plan.ts';
import type { StructureSet } from '#shared/model/structures.ts';
import { targetsOf } from './targets.ts';

type Kind = Prescription['normalization']['kind'];

const NORMALIZATIONS: readonly { value: Kind; label: string }[] = [
  { value: 'D95', label: 'D95 % of target' },
  { value: 'D50', label: 'D50 % (median)' },
  { value: 'Mean', label: 'mean of target' },
  { value: 'Isocenter', label: 'isocenter dose' },
  { value: 'None', label: 'none (enter MU)' },
];

interface PrescriptionPanelProps {
  readonly plan: Plan;
  readonly structures: StructureSet;
}

/** Target, dose, fractions and what the monitor units are normalised to. */
export function PrescriptionPanel({ plan, structures }: PrescriptionPanelProps) {
  const targets = targetsOf(structures);
  const prescription: Prescription = plan.prescription ?? {
    targetRoiNumber: targets[0]?.number ?? 0,
    targetName: targets[0]?.name ?? '',
    dose: 0,
    fractions: plan.fractions,
    normalization: { kind: 'None', percent: 100 },
  };
  const change = (part: Partial<Prescription>): void => void run(prescribe, { ...prescription, ...part });
  const { dose, fractions, normalization } = prescription;
  const known = targets.some(({ number }) => number === prescription.targetRoiNumber);
  return (
    <Panel title="Prescription">
      <Field
        label="Target"
        error={known ? undefined : `${prescription.targetName || 'the target'} has no contours in this structure set`}
      >
        <Select
          aria-label="target"
          value={known ? String(prescription.targetRoiNumber) : 'none'}
          options={[
            ...(known ? [] : [{ value: 'none', label: '(choose)', disabled: true }]),
            ...targets.map(({ number, name }) => ({ value: String(number), label: name })),
          ]}
          onChange={(value) => {
            const target = targets.find(({ number }) => String(number) === value);
            if (target !== undefined) change({ targetRoiNumber: target.number, targetName: target.name });
          }}
        />
      </Field>
      <Field label="Dose" hint={dose > 0 ? `${(dose / fractions).toFixed(3)} Gy per fraction` : undefined}>
        <NumberInput
          aria-label="prescribed dose"
          data-testid="prescribed-dose"
          value={dose}
          min={0.01}
          max={200}
          decimals={2}
          unit="Gy"
          onChange={(value) => change({ dose: value })}
        />
      </Field>
      <Field label="Fractions">
        <NumberInput
          aria-label="number of fractions"
          value={fractions}
          min={1}
          max={100}
          decimals={0}
          unit=""
          onChange={(value) => change({ fractions: Math.round(value) })}
        />
      </Field>
      <Field label="Normalise to">
        <Select
          aria-label="normalisation"
          data-testid="normalization"
          value={normalization.kind}
          options={NORMALIZATIONS}
          onChange={(kind) => change({ normalization: { ...normalization, kind } })}
        />
      </Field>
      {normalization.kind !== 'None' && (
        <Field label="at">
          <NumberInput
            aria-label="normalisation per cent"
            value={normalization.percent}
            min={1}
            max={200}
            decimals={1}
            unit="% of the dose"
            onChange={(percent) => change({ normalization: { ...normalization, percent } })}
          />
        </Field>
      )}
    </Panel>
  );
}
