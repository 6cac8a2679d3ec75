import { useState } from 'react';
import { letStand } from '#renderer/commands/evaluation/letStand.ts';
import { run } from '#renderer/commands/useShortcuts.ts';
import { useDocument } from '#renderer/document/store.ts';
import { Button } from '#renderer/kit/Button.tsx';
import { selectBeam } from '#renderer/viewports/painters/beams/beamView.ts';
import { setRoiVisible } from '#renderer/viewports/painters/contours/contourView.ts';
import { goTo } from '#renderer/viewports/viewStore.ts';
import { personName } from '#shared/dicom/personName.ts';
import { type CheckOutcome, type CheckStatus, overrideOf } from '#shared/evaluation/checks/outcome.ts';

const ICONS: Readonly<Record<CheckStatus, string>> = { pass: '✓', warning: '!', fail: '✕', notJudged: '?' };
const WORDS: Readonly<Record<CheckStatus, string>> = {
  pass: 'passed',
  warning: 'warning',
  fail: 'failed',
  notJudged: 'not judged',
};

/** One outcome: a click goes to what it is about; a warning may stand for a reason. */
export function Finding({ outcome }: { readonly outcome: CheckOutcome }) {
  const overrides = useDocument((state) => state.document?.plan?.checkOverrides);
  const [typing, setTyping] = useState(false);
  const { status, text, about, rule } = outcome;
  const override = overrideOf(outcome, overrides);
  return (
    <li
      className={`check-finding check-${status} ${override === undefined ? '' : 'settled'}`}
      data-testid="check-finding"
      data-rule={rule}
      data-status={status}
    >
      <span className="check-icon" role="img" aria-label={WORDS[status]} title={`${WORDS[status]}: ${rule}`}>
        {ICONS[status]}
      </span>
      {about === undefined ? (
        <span>{text}</span>
      ) : (
        <button type="button" className="check-text" title="Go there" onClick={() => show(outcome)}>
          {text}
        </button>
      )}
      {status === 'warning' && override === undefined && !typing && (
        <Button
          kind="quiet"
          data-testid="let-stand"
          title="Accept this warning for a reason that you type: it is printed in the report and kept in the plan"
          onClick={() => setTyping(true)}
        >
          Let stand…
        </Button>
      )}
      {typing && <Reason outcome={outcome} onDone={() => setTyping(false)} />}
      {override !== undefined && (
        <p className="check-reason hint">
          Stands: {override.reason} ({personName(override.by)}, {override.at.replace('T', ' ')}){' '}
          <Button kind="quiet" title="Take the reason back" onClick={() => void run(letStand, outcome, '')}>
            Take back
          </Button>
        </p>
      )}
    </li>
  );
}

function Reason({ outcome, onDone }: { readonly outcome: CheckOutcome; readonly onDone: () => void }) {
  const [reason, setReason] = useState('');
  return (
    <form
      className="check-reason"
      onSubmit={(event) => {
        event.preventDefault();
        if (reason.trim() === '') return;
        void run(letStand, outcome, reason);
        onDone();
      }}
    >
      <input
        className="input"
        autoFocus
        aria-label="reason to let the warning stand"
        placeholder="Reason, for the report"
        value={reason}
        maxLength={200}
        onChange={(event) => setReason(event.target.value)}
        onKeyDown={(event) => event.key === 'Escape' && onDone()}
      />
      <button type="submit" className="button primary" disabled={reason.trim() === ''}>
        Let stand
      </button>
    </form>
  );
}

/** To the beam, the structure and the place. */
function show({ about }: CheckOutcome): void {
  if (about === undefined) return;
  if (about.beam !== undefined) selectBeam(about.beam);
  const { document } = useDocument.getState();
  const roi = document?.structures.rois.find(({ number }) => number === about.roi);
  if (roi !== undefined) setRoiVisible(roi.number, true);
  const middle = roi?.contours[Math.floor(roi.contours.length / 2)]?.points;
  const beam = document?.plan?.beams.find(({ number }) => number === about.beam);
  const place =
    about.point ??
    (middle === undefined || middle.length < 3
      ? beam?.controlPoints[0]?.isocenter
      : ([middle[0], middle[1], middle[2]] as const));
  if (place !== undefined) goTo(place);
}
