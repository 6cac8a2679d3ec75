import { useState } from 'react';
import { openedDocument } from '#renderer/commands/longWork.ts';
import { newPlan } from '#renderer/commands/planning/plans/newPlan.ts';
import { freeLabel } from '#renderer/commands/planning/plans/records.ts';
import { run } from '#renderer/commands/useShortcuts.ts';
import { Button } from '#renderer/kit/Button.tsx';
import { Field } from '#renderer/kit/Field.tsx';
import { NumberInput } from '#renderer/kit/NumberInput.tsx';
import { Panel } from '#renderer/kit/Panel.tsx';
import { Select } from '#renderer/kit/Select.tsx';
import type { StructureSet } from '#shared/model/structures.ts';
import { targetsOf } from './targets.ts';

interface NewPlanPanelProps {
  readonly structures: StructureSet;
  readonly onMade: () => void;
}

/** What a plan starts with: label, target, dose and fractions. */
export function NewPlanPanel({ structures, onMade }: NewPlanPanelProps) {
  const targets = targetsOf(structures);
  const [label, setLabel] = useState(() => freeLabel(openedDocument(), 'Plan'));
  const [target, setTarget] = useState('');
  const [dose, setDose] = useState(60);
  const [fractions, setFractions] = useState(30);
  const chosen = targets.find(({ number }) => String(number) === target) ?? targets[0];
  if (chosen === undefined)
    return (
      <Panel title="New plan">
        <p className="hint">A plan needs a target: contour one in the Contouring workspace first.</p>
      </Panel>
    );
  return (
    <Panel title="New plan">
      <Field label="Label">
        <input
          type="text"
          aria-label="label of the plan"
          maxLength={16}
          value={label}
          onChange={(event) => setLabel(event.target.value)}
        />
      </Field>
      <Field label="Target">
        <Select
          aria-label="target of the new plan"
          data-testid="new-plan-target"
          value={String(chosen.number)}
          options={targets.map(({ number, name }) => ({ value: String(number), label: name }))}
          onChange={setTarget}
        />
      </Field>
      <Field label="Dose">
        <NumberInput
          aria-label="dose"
          data-testid="new-plan-dose"
          value={dose}
          min={0.01}
          max={200}
          decimals={2}
          unit="Gy"
          onChange={setDose}
        />
      </Field>
      <Field label="Fractions">
        <NumberInput
          aria-label="fractions"
          value={fractions}
          min={1}
          max={100}
          decimals={0}
          unit=""
          onChange={(value) => setFractions(Math.round(value))}
        />
      </Field>
      <Button
        kind="primary"
        data-testid="new-plan"
        disabled={label.trim() === ''}
        onClick={() => {
          void run(newPlan, label.trim(), chosen.number, dose, fractions);
          onMade();
        }}
      >
        Make plan
      </Button>
    </Panel>
  );
}
