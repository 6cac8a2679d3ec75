import { acceptOptimization } from '#renderer/commands/optimization/acceptOptimization.ts';
import { warmStartFor } from '#renderer/commands/optimization/liveRun.ts';
import { proceedOptimization } from '#renderer/commands/optimization/proceedOptimization.ts';
import { pauseOptimization } from '#renderer/commands/optimization/pauseOptimization.ts';
import { resumeOptimization } from '#renderer/commands/optimization/resumeOptimization.ts';
import { startOptimization } from '#renderer/commands/optimization/startOptimization.ts';
import { stopOptimization } from '#renderer/commands/optimization/stopOptimization.ts';
import { run as perform } from '#renderer/commands/useShortcuts.ts';
import { planOfIndex } from '#renderer/document/plans.ts';
import type { ClinicalDocument } from '#renderer/document/records.ts';
import { Button } from '#renderer/kit/Button.tsx';
import { Checkbox } from '#renderer/kit/Checkbox.tsx';
import { Panel } from '#renderer/kit/Panel.tsx';
import {
  isOptimizing,
  isUnaccepted,
  type OptimizationRun,
  useOptimization,
} from '#renderer/stores/optimizationStore.ts';
import type { Plan } from '#shared/model/plan.ts';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import type { LiveState } from '../live/useLive.ts';
import { durationText, stateWords } from './runWords.ts';
import { TechniqueFields } from './SettingsFields.tsx';
import { startReasons } from './startReasons.ts';

interface RunPanelProps {
  readonly document: ClinicalDocument;
  readonly plan: Plan;
  readonly live: LiveState;
}

/** Starts, holds and ends a run, says where it is, and makes its result the plan. */
export function RunPanel({ document, plan, live }: RunPanelProps) {
  const { run, busy } = live;
  const settings = useOptimization((state) => state.settings);
  // One run at a time, whichever plan it is of.
  const last = useOptimization((state) => state.run);
  const elsewhere = last !== null && last !== run ? planOfIndex(document, last.planIndex)?.plan.label : undefined;
  const reasons = busy ? [] : startReasons(plan, document.structures, settings);
  if (elsewhere !== undefined && isOptimizing(last))
    reasons.unshift(
      `${elsewhere} is being optimised${last?.state === 'paused' ? ' (paused)' : ''}: wait for it, or show it and stop it.`,
    );
  const ready = reasons.length === 0;
  const warm = !busy && run !== undefined && warmStartFor({ document, plan }) !== undefined;
  const start = (from: 'anew' | 'last'): void => {
    const loses = elsewhere !== undefined && isUnaccepted(last);
    if (!loses || window.confirm(`The optimised beams of ${elsewhere} are not accepted. Start, and lose them?`))
      void perform(startOptimization, from);
  };
  return (
    <Panel title="Optimise">
      <TechniqueFields busy={busy} />
      <KeptFocus of={busy}>
        {busy ? (
          <Running live={live} />
        ) : (
          <div className="button-row">
            <Button
              kind={run?.result?.delivered !== undefined && run.accepted !== true ? 'plain' : 'primary'}
              data-testid="start-optimization"
              disabled={!ready}
              onClick={() => start('anew')}
            >
              Start
            </Button>
            {warm && (
              <Button
                data-testid="continue-optimization"
                disabled={!ready}
                title="Starts from the fluence that the last run came to"
                onClick={() => start('last')}
              >
                Start from last
              </Button>
            )}
            {run?.state === 'done' && run.result?.delivered !== undefined && <Accept key={run.seconds} live={live} />}
          </div>
        )}
      </KeptFocus>
      <Phase live={live} />
      {reasons.length > 0 && (
        <ul className="start-reasons warning-text" data-testid="start-reasons">
          {reasons.map((reason) => (
            <li key={reason}>{reason}</li>
          ))}
        </ul>
      )}
      {run?.error !== undefined && (
        <p className="error-text" role="alert" data-testid="optimization-error">
          {run.error}
        </p>
      )}
    </Panel>
  );
}

/**
 * Buttons that give way to others when `of` changes: the keyboard stays with those that come, where it was with those that went; with the one that is
 * meant to be next, so that a key pressed once too often does not throw away what a run came to.
 */
function KeptFocus({ of, children }: { readonly of: boolean; readonly children: ReactNode }) {
  const place = useRef<HTMLDivElement>(null);
  const held = useRef(false);
  useEffect(() => {
    if (!held.current || document.activeElement !== document.body) return;
    const first = (some: string): HTMLButtonElement | null | undefined => place.current?.querySelector(some);
    (first('button.primary:not(:disabled)') ?? first('button:not(:disabled)'))?.focus();
  }, [of]);
  return (
    <div
      ref={place}
      onFocus={() => {
        held.current = true;
      }}
      onBlur={({ target }) => {
        // A button that is taken away does not let go of the keyboard.
        if (target.isConnected) held.current = false;
      }}
    >
      {children}
    </div>
  );
}

/** Beams that break limits of the machine become the plan only where somebody says that they are to, all the same. */
function Accept({ live: { run, verdicts } }: { readonly live: LiveState }) {
  const [despite, setDespite] = useState(false);
  const broken = verdicts.filter(({ problems }) => problems.length > 0).map(({ beam }) => beam.name);
  const accepted = run?.accepted === true;
  return (
    <>
      <Button
        kind={accepted ? 'plain' : 'primary'}
        data-testid="accept-optimization"
        disabled={accepted || (broken.length > 0 && !despite)}
        title="Beams, monitor units and final dose become the plan’s, in one step that can be undone"
        onClick={() => void perform(acceptOptimization, ...(despite ? (['broken limits'] as const) : []))}
      >
        {accepted ? 'Accepted' : 'Accept as plan'}
      </Button>
      {broken.length > 0 && !accepted && (
        <Checkbox
          checked={despite}
          onChange={setDespite}
          data-testid="accept-broken"
          title="The plan checks will fail until the beams are mended"
        >
          <span className="error-text">
            although {broken.join(', ')} break{broken.length === 1 ? 's' : ''} limits of the machine
          </span>
        </Checkbox>
      )}
    </>
  );
}

/** The fluence of arcs is no plan to go on with before its end: their apertures are. */
const canProceed = ({ phase, settings }: OptimizationRun): boolean =>
  phase === 'apertures' || (phase === 'fluence' && settings.technique !== 'vmat');

function Running({ live: { run } }: { readonly live: LiveState }) {
  const paused = run?.state === 'paused';
  return (
    <div className="button-row">
      {paused ? (
        <Button kind="primary" data-testid="resume-optimization" onClick={() => void perform(resumeOptimization)}>
          Resume
        </Button>
      ) : (
        <Button
          data-testid="pause-optimization"
          disabled={run?.pausing === true}
          onClick={() => void perform(pauseOptimization)}
        >
          Pause
        </Button>
      )}
      {!paused && run !== undefined && canProceed(run) && (
        <Button
          data-testid="proceed-optimization"
          title="Enough of this phase: what follows begins from where it is"
          onClick={() => void perform(proceedOptimization)}
        >
          {run?.settings.technique === 'fluence' ? 'Enough' : 'Next phase'}
        </Button>
      )}
      <Button
        kind="danger"
        data-testid="stop-optimization"
        title="Ends the run; what it reached stays on show, the plan stays as it is"
        onClick={() => void perform(stopOptimization)}
      >
        Stop
      </Button>
    </div>
  );
}

function Phase({ live: { run, busy, value } }: { readonly live: LiveState }) {
  const words = stateWords(run);
  const count = run?.iterations.at(-1)?.iteration ?? 0;
  const moving = busy && run?.state !== 'paused';
  return (
    <>
      <div
        className="run-phase"
        data-testid="optimization-phase"
        data-state={run?.state ?? 'idle'}
        data-phase={run?.phase}
      >
        {words}
        {busy && run?.progress !== undefined && ` · ${Math.round(run.progress * 100)} %`}
      </div>
      {busy && (
        <div className="progress-track">
          <div
            className={run?.progress === undefined && moving ? 'progress-fill running' : 'progress-fill'}
            style={{ width: run?.progress === undefined ? (moving ? '30%' : '0') : `${run.progress * 100}%` }}
          />
        </div>
      )}
      {run !== undefined && (
        <div className="run-numbers numeric hint" data-testid="optimization-numbers">
          <span>
            {count} iteration{count === 1 ? '' : 's'}
          </span>
          <span>{durationText(run.seconds)}</span>
          <span>{value === undefined ? '' : `objective ${value.toPrecision(4)}`}</span>
        </div>
      )}
    </>
  );
}
