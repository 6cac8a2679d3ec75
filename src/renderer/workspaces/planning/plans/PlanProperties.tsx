import { renamePlan } from '#renderer/commands/planning/plans/renamePlan.ts';
import { setCourse } from '#renderer/commands/planning/plans/setCourse.ts';
import { run } from '#renderer/commands/useShortcuts.ts';
import { coursesOf, currentCourse } from '#renderer/document/courses.ts';
import type { ClinicalDocument } from '#renderer/document/records.ts';
import { Field } from '#renderer/kit/Field.tsx';
import { steady } from '#renderer/kit/steady.tsx';
import type { Plan } from '#shared/model/plan.ts';

interface PlanPropertiesProps {
  readonly document: ClinicalDocument;
  readonly plan: Plan;
}

/** Label, name and course of the active plan. */
export function PlanProperties({ document, plan }: PlanPropertiesProps) {
  const index = document.planIndex;
  const course = currentCourse(document);
  return (
    <details className="plan-properties">
      <summary>Label, name, course</summary>
      <Field label="Label">
        <Entry
          label="plan label"
          value={plan.label}
          length={16}
          onEnter={(text) => void run(renamePlan, index, text)}
        />
      </Field>
      <Field label="Name">
        <Entry
          label="plan name"
          value={plan.name ?? ''}
          length={64}
          onEnter={(text) => void run(renamePlan, index, plan.label, text)}
        />
      </Field>
      <Field label="Course">
        <Entry
          label="course of the plan"
          value={course}
          length={64}
          options={coursesOf(document)
            .map(({ name }) => name)
            .join('\n')}
          onEnter={(text) => void run(setCourse, index, text)}
        />
      </Field>
    </details>
  );
}

interface EntryProps {
  readonly label: string;
  readonly value: string;
  readonly length: number;
  /** One a line. */
  readonly options?: string;
  readonly onEnter: (text: string) => void;
}

/** A line of text that is taken over on Enter or on leaving it; what is refused goes back to what it was. */
const Entry = steady(EntryField);

function EntryField({ label, value, length, options, onEnter }: EntryProps) {
  const list = options === undefined ? undefined : `${label.replaceAll(' ', '-')}-options`;
  return (
    <>
      <input
        key={value}
        type="text"
        aria-label={label}
        maxLength={length}
        defaultValue={value}
        list={list}
        onBlur={(event) => {
          const { currentTarget } = event;
          if (currentTarget.value.trim() !== value) onEnter(currentTarget.value);
          currentTarget.value = value;
        }}
        onKeyDown={(event) => {
          if (event.key === 'Enter') event.currentTarget.blur();
        }}
      />
      {list !== undefined && (
        <datalist id={list}>
          {options?.split('\n').map((option) => (
            <option key={option} value={option} />
          ))}
        </datalist>
      )}
    </>
  );
}
