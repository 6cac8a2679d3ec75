import { placeText } from '#shared/geometry/fixed.ts';
import { useDocument } from '#renderer/document/store.ts';
import { Button } from '#renderer/kit/Button.tsx';
import { Field } from '#renderer/kit/Field.tsx';
import { FoldPanel } from '#renderer/kit/FoldPanel.tsx';
import { NumberInput } from '#renderer/kit/NumberInput.tsx';
import { Progress } from '#renderer/kit/Progress.tsx';
import { Select } from '#renderer/kit/Select.tsx';
import {
  type DoseComparison,
  firstDose,
  referenceOf,
  secondDose,
  useComparedDoses,
} from '#renderer/viewports/painters/dose/comparedDoses.ts';
import { goTo } from '#renderer/viewports/viewStore.ts';
import type { DoseDifference } from '#shared/evaluation/doses/subtractDoses.ts';
import { StoredDoses } from './StoredDoses.tsx';
import { useDifference } from './useDifference.ts';
import { useDoseOptions } from './useShownDoses.ts';

const MODES: readonly { readonly value: DoseComparison; readonly label: string; readonly hint: string }[] = [
  { value: 'lines', label: 'On one slice', hint: 'A solid, B dotted; the same colour is the same dose in Gy' },
  { value: 'side', label: 'Side by side', hint: 'A and B on planes that move together' },
  { value: 'difference', label: 'Difference', hint: 'A − B in colours: red where A is higher, blue where B is' },
];

/** Which dose is on the planes, and which one it is compared with and how. */
export function ComparePanel() {
  const document = useDocument((state) => state.document);
  const { first: chosen, second: other, mode, span, difference } = useComparedDoses();
  const options = useDoseOptions();
  const first = document === null ? undefined : firstDose(document);
  const second = document === null ? undefined : secondDose(document);
  const { progress, error } = useDifference(first?.dose, second?.dose, mode === 'difference');
  const reference = first === undefined ? undefined : referenceOf(first);
  if (first === undefined)
    return (
      <FoldPanel title="Compare doses" open>
        <p className="hint">No dose yet. One of the archive can be opened here.</p>
        <StoredDoses />
      </FoldPanel>
    );
  const shown = difference?.of[0] === first.dose && difference.of[1] === second?.dose ? difference : null;
  return (
    <FoldPanel title="Compare doses" open data-testid="compare-doses">
      <Field label="A" hint={notesOf(first.notes)}>
        <Select
          aria-label="dose A"
          data-testid="dose-a"
          value={chosen ?? first.key}
          options={options}
          onChange={(key) => useComparedDoses.setState({ first: key })}
        />
      </Field>
      <Field label="B" hint={second === undefined ? undefined : notesOf(second.notes)}>
        <Select
          aria-label="dose B"
          data-testid="dose-b"
          value={second?.key ?? ''}
          options={[
            { value: '', label: 'none' },
            ...options.map((option) => ({ ...option, disabled: option.value === first.key })),
          ]}
          onChange={(key) => useComparedDoses.setState({ second: key === '' ? null : key })}
        />
      </Field>
      <div className="button-row" data-testid="dose-modes">
        {MODES.map(({ value, label, hint }) => (
          <Button
            key={value}
            title={hint}
            pressed={mode === value}
            disabled={second === undefined}
            onClick={() => useComparedDoses.setState({ mode: value })}
          >
            {label}
          </Button>
        ))}
        <Button
          title="B becomes A, and A becomes B"
          data-testid="flip-doses"
          disabled={second === undefined}
          onClick={() => useComparedDoses.setState({ first: other, second: first.key })}
        >
          Flip
        </Button>
      </div>
      {mode === 'difference' && second !== undefined && reference !== undefined && (
        <>
          <Field label="Full colour at" hint={`${((span / 100) * reference.dose).toFixed(2)} Gy`}>
            <NumberInput
              aria-label="full colour of the difference"
              value={span}
              min={0.1}
              max={200}
              unit={reference.of === 'maximum' ? '% of maximum' : '% of prescription'}
              onChange={(value) => useComparedDoses.setState({ span: value })}
            />
          </Field>
          {progress !== undefined && <Progress label="Subtracting" value={progress} />}
          {error !== undefined && <p className="error-text">{error}</p>}
          {shown !== null && <Extremes difference={shown} percentOf={reference.dose} />}
        </>
      )}
      {mode === 'lines' && second !== undefined && other !== null && (
        <p className="hint">A solid, B dotted; levels of A, the same colour is the same dose.</p>
      )}
      <StoredDoses />
    </FoldPanel>
  );
}

const notesOf = (notes: readonly string[]): string | undefined => (notes.length === 0 ? undefined : notes.join('; '));

/** Where A is highest above B and lowest below it; a click goes there. */
function Extremes({ difference, percentOf }: { readonly difference: DoseDifference; readonly percentOf: number }) {
  const { highest, lowest, warnings } = difference;
  return (
    <div className="dose-places" data-testid="difference-extremes">
      {[highest, lowest].map(
        (extreme, n) =>
          extreme !== undefined && (
            <Button key={n} kind="quiet" title="Go there" onClick={() => goTo(extreme.at)}>
              {n === 0 ? 'Highest' : 'Lowest'} {extreme.gray >= 0 ? '+' : '−'}
              {Math.abs(extreme.gray).toFixed(2)} Gy ({((100 * extreme.gray) / percentOf).toFixed(1)} %) at{' '}
              {placeText(extreme.at)}
            </Button>
          ),
      )}
      {warnings.map((warning) => (
        <p key={warning} className="warning-text">
          {warning}
        </p>
      ))}
    </div>
  );
}
