import { Checkbox } from '#renderer/kit/Checkbox.tsx';
import { NumberInput } from '#renderer/kit/NumberInput.tsx';
import { Select } from '#renderer/kit/Select.tsx';
import { css } from '#renderer/viewports/painters/ink.ts';
import type { Roi } from '#shared/model/structures.ts';
import type { DoseGoal } from '#shared/optimization/objectives/goals.ts';
import { type ObjectiveNow, standingOf, termText } from './objectiveNow.ts';
import {
  OBJECTIVE_TYPES,
  type ObjectiveType,
  parameterOf,
  termUnit,
  withParameter,
  withType,
} from './objectiveTypes.ts';

/** What can be done with a row. */
export interface RowActions {
  readonly change: (goal: DoseGoal) => void;
  readonly duplicate: () => void;
  readonly remove: () => void;
  /** Undefined for the first and the last. */
  readonly up: (() => void) | undefined;
  readonly down: (() => void) | undefined;
}

interface ObjectiveRowProps {
  readonly index: number;
  readonly goal: DoseGoal;
  /** Those with an interior. */
  readonly rois: readonly Roi[];
  /** Gy. */
  readonly prescribed: number;
  /** Weighted share in what is minimised, of the last iteration. */
  readonly term: number | undefined;
  readonly now: ObjectiveNow | undefined;
  readonly disabled: boolean;
  readonly actions: RowActions;
}

const TYPES = Object.entries(OBJECTIVE_TYPES).map(([value, { label }]) => ({ value: value as ObjectiveType, label }));

/** Why a structure may miss what its term finds kept. */
const ELSEWHERE =
  'Its term is 0: it counts voxels whose middles lie in the structure and that no objective above took. The value beside it is of the whole outline, with its edge.';

/** One objective: structure, type, its numbers and weight, and what it comes to now. */
export function ObjectiveRow({ index, goal, rois, prescribed, term, now, disabled, actions }: ObjectiveRowProps) {
  const unit = termUnit(goal.type);
  const roi = rois.find(({ name }) => name === goal.roi);
  const kind = OBJECTIVE_TYPES[goal.type];
  const standing = standingOf(now, term);
  const elsewhere = standing === 'elsewhere';
  const of = `of objective ${index + 1}`;
  const constraint = goal.type !== 'squared-deviation' && goal.constraint === true;
  const setConstraint = (on: boolean): void => {
    if (goal.type === 'squared-deviation') return;
    const { constraint: _before, ...rest } = goal;
    actions.change(on ? { ...rest, constraint: true } : rest);
  };
  return (
    <li className="objective" data-testid={`objective-row-${index}`} data-roi={goal.roi} data-type={goal.type}>
      <div className="objective-what">
        <span className="objective-number">{index + 1}</span>
        <i style={{ background: roi === undefined ? 'transparent' : css(roi.color) }} />
        <Select
          aria-label={`structure ${of}`}
          data-testid="objective-roi"
          value={goal.roi}
          disabled={disabled}
          options={[
            ...(roi === undefined ? [{ value: goal.roi, label: `${goal.roi}: –` }] : []),
            ...rois.map(({ name }) => ({ value: name, label: name })),
          ]}
          onChange={(name) => actions.change({ ...goal, roi: name })}
        />
        <Select
          aria-label={`type ${of}`}
          data-testid="objective-type"
          value={goal.type}
          disabled={disabled}
          options={TYPES}
          onChange={(type) => actions.change(withType(goal, type, prescribed))}
        />
        <RowButtons index={index} disabled={disabled} actions={actions} />
      </div>
      <div className="objective-numbers">
        {kind.parameters.map((parameter) => (
          <label key={parameter.key} title={`${parameter.title} (${kind.title})`}>
            {parameter.label}
            <NumberInput
              aria-label={`${parameter.key} ${of}`}
              data-testid={`objective-${parameter.key}`}
              value={parameterOf(goal, parameter) ?? 0}
              disabled={disabled}
              {...rangeOf(parameter)}
              onChange={(value) => actions.change(withParameter(goal, parameter, value))}
            />
          </label>
        ))}
        <label
          title={
            constraint
              ? 'A constraint is kept before anything else; its weight says how fast it pulls'
              : 'How much its term counts against the others'
          }
        >
          weight
          <NumberInput
            aria-label={`weight ${of}`}
            data-testid="objective-weight"
            value={goal.weight}
            disabled={disabled}
            unit=""
            min={1e-6}
            max={1e6}
            step={10}
            decimals={goal.weight < 1 ? 3 : 0}
            onChange={(weight) => actions.change({ ...goal, weight })}
          />
        </label>
        {goal.type !== 'squared-deviation' && (
          <Checkbox
            checked={constraint}
            disabled={disabled}
            title="A hard constraint: the plan is not done while it is violated"
            aria-label={`hard constraint ${of}`}
            data-testid="objective-constraint"
            onChange={setConstraint}
          >
            hard
          </Checkbox>
        )}
        <span className="objective-outcome">
          <output
            className={standing}
            data-testid="objective-now"
            title={`What the whole structure gets now, up to its outline${elsewhere ? `. ${ELSEWHERE}` : ''}`}
          >
            {roi === undefined ? 'not in this structure set' : (now?.text ?? '–')}
          </output>
          <output className="hint" data-testid="objective-term" title={`Its weighted term now, ${unit} per fraction`}>
            {term === undefined ? '–' : `${termText(term)}${unit === 'Gy²' ? '' : ` ${unit}`}`}
          </output>
        </span>
        {elsewhere && (
          <span className="objective-elsewhere" data-testid="objective-elsewhere" title={ELSEWHERE}>
            missed only outside the voxels that it counts
          </span>
        )}
      </div>
    </li>
  );
}

const rangeOf = ({
  unit,
  min,
  max,
  step,
  decimals,
}: (typeof OBJECTIVE_TYPES)[ObjectiveType]['parameters'][number]) => ({ unit, min, max, step, decimals });

function RowButtons({ index, disabled, actions }: Pick<ObjectiveRowProps, 'index' | 'disabled' | 'actions'>) {
  const { up, down, duplicate, remove } = actions;
  const buttons = [
    ['↑', 'move up', 'objective-up', up],
    ['↓', 'move down', 'objective-down', down],
    ['❐', 'duplicate', 'objective-duplicate', duplicate],
    ['×', 'delete', 'objective-delete', remove],
  ] as const;
  return (
    <span className="objective-buttons">
      {buttons.map(([sign, what, testId, act]) => (
        <button
          key={testId}
          type="button"
          className="icon"
          data-testid={testId}
          aria-label={`${what} objective ${index + 1}`}
          title={what}
          disabled={disabled || act === undefined}
          onClick={act}
        >
          {sign}
        </button>
      ))}
    </span>
  );
}
