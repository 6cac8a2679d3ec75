import { useState } from 'react';
import { addDoseSum, deleteDoseSum, saveDoseSum } from '#renderer/commands/evaluation/doseSums.ts';
import { useDocument } from '#renderer/document/store.ts';
import { Button } from '#renderer/kit/Button.tsx';
import { Checkbox } from '#renderer/kit/Checkbox.tsx';
import { Field } from '#renderer/kit/Field.tsx';
import { FoldPanel } from '#renderer/kit/FoldPanel.tsx';
import { NumberInput } from '#renderer/kit/NumberInput.tsx';
import { failed } from '../failed.ts';
import { derivationText } from '#shared/model/derivationText.ts';
import { useComparedDoses } from '#renderer/viewports/painters/dose/comparedDoses.ts';
import { useShownDoses } from './useShownDoses.ts';

interface Choice {
  readonly weight: number;
  /** Asked for where no plan says. */
  readonly fractions: number;
  readonly on: boolean;
}

/** Adds doses of the list into a named one, and lists those that were. */
export function SumPanel() {
  const doses = useShownDoses();
  const sums = useDocument((state) => state.document?.doseSums);
  const [choices, setChoices] = useState<Readonly<Record<string, Choice>>>({});
  const [name, setName] = useState('');
  const [biological, setBiological] = useState(false);
  const [alphaBeta, setAlphaBeta] = useState(3);
  // A sum of sums could not say what it is made of.
  const terms = doses.filter(({ kind }) => kind !== 'sum' && kind !== 'beam');
  const choice = (key: string): Choice => choices[key] ?? { weight: 1, fractions: 1, on: false };
  const set = (key: string, part: Partial<Choice>): void =>
    setChoices({ ...choices, [key]: { ...choice(key), ...part } });
  const chosen = terms.filter(({ key }) => choice(key).on);
  const title = name.trim() === '' ? chosen.map((one) => one.name).join(' + ') : name.trim();
  const perform = (work: void | Promise<void>): void => void Promise.resolve(work).catch(failed);
  return (
    <FoldPanel title="Sum of doses" data-testid="sum-panel">
      {terms.length < 2 && (
        <p className="hint">A sum needs two doses: of another plan, or one opened from the archive.</p>
      )}
      <ul className="dose-terms">
        {terms.map(({ key, name: label, fractions }) => (
          <li key={key}>
            <Checkbox checked={choice(key).on} data-testid={`sum-${key}`} onChange={(on) => set(key, { on })}>
              {label}
            </Checkbox>
            <NumberInput
              aria-label={`part of ${label}`}
              value={choice(key).weight}
              min={0.001}
              max={100}
              decimals={3}
              step={0.1}
              unit={fractions === undefined ? '×' : `× of ${fractions} fr`}
              disabled={!choice(key).on}
              onChange={(weight) => set(key, { weight })}
            />
            {biological && fractions === undefined && (
              <NumberInput
                aria-label={`fractions of ${label}`}
                value={choice(key).fractions}
                min={1}
                max={200}
                decimals={0}
                unit="fractions in all"
                disabled={!choice(key).on}
                onChange={(count) => set(key, { fractions: Math.round(count) })}
              />
            )}
          </li>
        ))}
      </ul>
      <Checkbox checked={biological} data-testid="sum-eqd2" onChange={setBiological}>
        As EQD2, each in its own fractions
      </Checkbox>
      {biological && (
        <Field label="α/β">
          <NumberInput
            aria-label="alpha/beta"
            value={alphaBeta}
            min={0.1}
            max={100}
            unit="Gy"
            onChange={setAlphaBeta}
          />
        </Field>
      )}
      <Field label="Name">
        <input
          aria-label="name of the sum"
          data-testid="sum-name"
          value={name}
          placeholder={title}
          onChange={(event) => setName(event.target.value)}
          onKeyDown={(event) => event.stopPropagation()}
        />
      </Field>
      <Button
        data-testid="make-sum"
        disabled={chosen.length < 2}
        onClick={() =>
          perform(
            addDoseSum.perform(
              title,
              chosen.map(({ key }) => ({ key, weight: choice(key).weight, fractions: choice(key).fractions })),
              biological ? alphaBeta : undefined,
            ),
          )
        }
      >
        Add up
      </Button>
      <ul className="dose-sums" data-testid="dose-sums">
        {(sums ?? []).map(({ id, name: label, dose }) => (
          <li key={id}>
            <strong>{label}</strong>
            <small className="hint">{dose.derivation !== undefined && derivationText(dose.derivation)}</small>
            {dose.warnings.map((warning) => (
              <small key={warning} className="warning-text">
                {warning}
              </small>
            ))}
            <span className="button-row">
              <Button title="On the planes as A" onClick={() => useComparedDoses.setState({ first: `sum:${id}` })}>
                Show
              </Button>
              <Button
                title="As RT Dose of several plans into the archive"
                onClick={() => perform(saveDoseSum.perform(id))}
              >
                Save
              </Button>
              <Button kind="quiet" onClick={() => perform(deleteDoseSum.perform(id))}>
                Delete
              </Button>
            </span>
          </li>
        ))}
      </ul>
    </FoldPanel>
  );
}
