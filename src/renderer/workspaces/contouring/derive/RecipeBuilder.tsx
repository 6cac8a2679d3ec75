import { useState } from 'react';
import { Button } from '#renderer/kit/Button.tsx';
import { Field } from '#renderer/kit/Field.tsx';
import { NumberInput } from '#renderer/kit/NumberInput.tsx';
import { Select } from '#renderer/kit/Select.tsx';
import type { Roi } from '#shared/model/structures.ts';
import { DIRECTIONS } from '#shared/structures/margins/directionalMargin.ts';
import { draftText, EMPTY_DRAFT, OPERATION_LABELS, type RecipeDraft, takesGap, takesSecond } from './recipeDraft.ts';

interface BuilderProps {
  readonly rois: readonly Roi[];
  /** The structure chosen in the list. */
  readonly first?: string;
  readonly onText: (recipe: string) => void;
}

/** Operation, operands and lengths by choice, written into the recipe's text; nested recipes are typed there. */
export function RecipeBuilder({ rois, first, onText }: BuilderProps) {
  const [draft, setDraft] = useState<RecipeDraft>(EMPTY_DRAFT);
  // A name with a quote in it cannot stand in a recipe.
  const names = rois.map(({ name }) => name).filter((name) => !name.includes('"'));
  if (names.length === 0) return null;
  const chosen = (name: string, otherwise: string): string => (names.includes(name) ? name : otherwise);
  const a = chosen(draft.first, chosen(first ?? '', names[0]));
  const b = chosen(draft.second, names.find((name) => name !== a) ?? a);
  const { operation } = draft;
  const change = (part: Partial<RecipeDraft>): void => {
    const next = { ...draft, first: a, second: b, ...part };
    setDraft(next);
    onText(draftText(next));
  };
  const options = names.map((name) => ({ value: name, label: name }));
  return (
    <>
      <Field label="Make">
        <Select
          aria-label="operation"
          data-testid="recipe-operation"
          value={operation}
          options={OPERATION_LABELS}
          onChange={(value) => change({ operation: value })}
        />
      </Field>
      <Field label="A">
        <Select
          aria-label="structure A"
          data-testid="recipe-first"
          value={a}
          options={options}
          onChange={(value) => change({ first: value })}
        />
      </Field>
      {takesSecond(operation) && (
        <Field label="B">
          <Select
            aria-label="structure B"
            data-testid="recipe-second"
            value={b}
            options={options}
            onChange={(value) => change({ second: value })}
          />
        </Field>
      )}
      {(operation === 'margin' || operation === 'ring' || takesGap(operation)) && (
        <Field label={operation === 'margin' ? 'Margin' : operation === 'ring' ? 'From' : 'Gap'}>
          <NumberInput
            aria-label="margin or gap of the recipe"
            data-testid="recipe-mm"
            value={draft.mm}
            min={takesGap(operation) ? 0 : -100}
            max={100}
            unit="mm"
            onChange={(mm) => change({ mm })}
          />
          {operation !== 'ring' && <WriteButton onClick={() => change({})} />}
        </Field>
      )}
      {operation === 'ring' && (
        <Field label="To">
          <NumberInput
            aria-label="outer distance of the ring"
            data-testid="recipe-to"
            value={draft.to}
            min={-100}
            max={100}
            unit="mm"
            onChange={(to) => change({ to })}
          />
          <WriteButton onClick={() => change({})} />
        </Field>
      )}
      {operation === 'directions' && (
        <div className="six-margins">
          {DIRECTIONS.map((direction, index) => (
            <Field key={direction} label={direction}>
              <NumberInput
                aria-label={`margin towards ${direction}`}
                data-testid={`recipe-${direction}`}
                value={draft.directions[index]}
                min={-100}
                max={100}
                unit="mm"
                onChange={(mm) => change({ directions: draft.directions.map((old, at) => (at === index ? mm : old)) })}
              />
            </Field>
          ))}
        </div>
      )}
    </>
  );
}

function WriteButton({ onClick }: { readonly onClick: () => void }) {
  return (
    <Button data-testid="recipe-write" title="Writes this into the recipe below" onClick={onClick}>
      Use
    </Button>
  );
}
