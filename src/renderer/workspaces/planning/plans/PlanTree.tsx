import { useState } from 'react';
import { activatePlan } from '#renderer/commands/planning/plans/activatePlan.ts';
import { closePlan, deletePlan, isStored } from '#renderer/commands/planning/plans/closePlan.ts';
import { copyPlan } from '#renderer/commands/planning/plans/copyPlan.ts';
import { useRunning } from '#renderer/commands/runningStore.ts';
import { run } from '#renderer/commands/useShortcuts.ts';
import { coursesOf } from '#renderer/document/courses.ts';
import type { ClinicalDocument, PlanRecord } from '#renderer/document/records.ts';
import { useDocument } from '#renderer/document/store.ts';
import { Button } from '#renderer/kit/Button.tsx';
import { Panel } from '#renderer/kit/Panel.tsx';
import { Arrangements } from './Arrangements.tsx';
import { CarryPanel, plansElsewhere } from './CarryPanel.tsx';
import { NewPlanPanel } from './NewPlanPanel.tsx';
import { PlanBeams } from './PlanBeams.tsx';
import { PlanProperties } from './PlanProperties.tsx';
import { planMarks } from './planMarks.ts';
import './plans.css';

/** Course → plan → beams, with what state each plan is in and the commands for plans. */
export function PlanTree({ document }: { readonly document: ClinicalDocument }) {
  const { plan, planIndex, structures } = document;
  const [isAdding, setAdding] = useState(false);
  const [isCarrying, setCarrying] = useState(false);
  const courses = coursesOf(document);
  const stored = useDocument((state) => state.stored.plans.has(planIndex));
  // A plan may not be swapped away from under work that is for it.
  const busy = useRunning((state) => state.work !== null);
  return (
    <>
      <Panel
        title="Plans"
        actions={
          <>
            <Button pressed={isAdding} data-testid="add-plan" onClick={() => setAdding(!isAdding)}>
              New…
            </Button>
            <Button
              disabled={plan === undefined}
              title="An unapproved copy with the dose that was computed for it"
              data-testid="copy-plan"
              onClick={() => void run(copyPlan, planIndex)}
            >
              Copy
            </Button>
            <Button
              kind={stored ? 'plain' : 'danger'}
              disabled={plan === undefined || busy}
              title={stored ? 'What is in the archive stays there' : 'The plan was never saved'}
              data-testid="close-plan"
              onClick={() => void run(isStored(planIndex) ? closePlan : deletePlan, planIndex)}
            >
              {stored ? 'Close' : 'Delete'}
            </Button>
          </>
        }
      >
        <ul className="plan-tree" data-testid="plan-tree">
          {courses.map(({ name, plans }) => (
            <li key={name}>
              <h3 title="Course of treatment">{name}</h3>
              <ul>
                {plans.map((record) => (
                  <PlanRow
                    key={record.index}
                    record={record}
                    isActive={record.index === planIndex}
                    isDoseUnread={document.unreadDoses.has(record.index)}
                  />
                ))}
              </ul>
            </li>
          ))}
        </ul>
        {courses.length === 0 && <p className="hint">No plan yet.</p>}
        {plansElsewhere(document).length > 0 && (
          <Button pressed={isCarrying} data-testid="carry-panel" onClick={() => setCarrying(!isCarrying)}>
            Copy from another image…
          </Button>
        )}
        {plan !== undefined && (
          <>
            <Arrangements plan={plan} />
            <PlanProperties key={planIndex} document={document} plan={plan} />
          </>
        )}
      </Panel>
      {isCarrying && <CarryPanel document={document} onDone={() => setCarrying(false)} />}
      {(isAdding || courses.length === 0) && <NewPlanPanel structures={structures} onMade={() => setAdding(false)} />}
    </>
  );
}

interface PlanRowProps {
  readonly record: PlanRecord;
  readonly isActive: boolean;
  readonly isDoseUnread: boolean;
}

function PlanRow({ record, isActive, isDoseUnread }: PlanRowProps) {
  const { plan, index } = record;
  const { prescription } = plan;
  return (
    <li data-testid="plan-row" data-label={plan.label} data-active={isActive}>
      <button
        type="button"
        className={`plan-row ${isActive ? 'selected' : ''}`}
        aria-current={isActive}
        title={[plan.name, plan.description].filter((text) => text !== undefined).join('\n') || undefined}
        onClick={() => void run(activatePlan, index)}
      >
        <span className="plan-label">{plan.label || '(no label)'}</span>
        {prescription !== undefined && prescription.dose > 0 && (
          <span className="plan-dose">
            {Number(prescription.dose.toFixed(2))} Gy / {plan.fractions}
          </span>
        )}
        <span className="plan-marks">
          {planMarks(record, isDoseUnread).map(({ kind, text, title }) => (
            <abbr key={kind} className={kind} title={title} data-testid={`plan-mark-${kind}`}>
              {text}
            </abbr>
          ))}
        </span>
      </button>
      {isActive && <PlanBeams plan={plan} />}
    </li>
  );
}
