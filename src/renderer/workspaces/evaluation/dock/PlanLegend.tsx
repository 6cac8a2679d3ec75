import { doseRemarks } from '#shared/dosimetry/standing/doseStanding.ts';
import type { DoseSubject } from './doseSubjects.ts';
import { dashOf } from './doseSubjects.ts';
import { showPlanInDvh, useDvhView } from './dvhView.ts';

/** A piece of line in a plan's dash. */
export function DashSample({ subject }: { readonly subject: DoseSubject }) {
  return (
    <svg className="dash-sample" width="34" height="8" aria-hidden="true">
      <line
        x1="1"
        y1="4"
        x2="33"
        y2="4"
        stroke="currentColor"
        strokeWidth="2"
        strokeDasharray={dashOf(subject).join(' ')}
      />
    </svg>
  );
}

/** Which plan has which dash; a click leaves its curves out. */
export function PlanLegend({ subjects }: { readonly subjects: readonly DoseSubject[] }) {
  const off = useDvhView((state) => state.plansOff);
  return (
    <ul className="plan-legend" data-testid="plan-legend">
      {subjects.map((subject) => {
        const { index, name, active, dose, stale } = subject;
        const remarks = dose === undefined ? [] : doseRemarks(dose, stale);
        const blank = dose === undefined || stale !== undefined;
        const shown = !off.has(index) && !blank;
        const why = dose === undefined ? ['no dose'] : remarks.map(({ title }) => title.toLowerCase());
        return (
          <li key={index}>
            <button
              type="button"
              aria-pressed={shown}
              disabled={blank}
              title={
                stale === undefined ? (shown ? 'Click to leave its curves out' : 'Click to draw its curves') : stale
              }
              onClick={() => showPlanInDvh(index, !shown)}
            >
              <DashSample subject={subject} />
              <span>
                {name}
                {active && subjects.length > 1 && <small> active</small>}
                {why.length > 0 && <small className="warning-text"> {why.join(', ')}</small>}
              </span>
            </button>
          </li>
        );
      })}
    </ul>
  );
}
