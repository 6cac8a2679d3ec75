import { useEffect, useState } from 'react';
import { useDocument } from '#renderer/document/store.ts';
import { Button } from '#renderer/kit/Button.tsx';
import { Field } from '#renderer/kit/Field.tsx';
import { Panel } from '#renderer/kit/Panel.tsx';
import { Select } from '#renderer/kit/Select.tsx';
import { Slider } from '#renderer/kit/Slider.tsx';
import { toast } from '#renderer/kit/toast.ts';
import { goToPhase, pauseCine, playCine, showPhases, useCine } from '#renderer/viewports/cine/cine.ts';
import { errorWords } from '#shared/contract/errors.ts';
import { loadCine, makeProjections, phaseSetsOf, PROJECTIONS, saveMade, showMade, useMade } from './fourD.ts';

/** Runs what may fail and tells why it did. */
const attempt = (work: () => Promise<void>): void =>
  void work().catch((error: unknown) => toast(errorWords(error), 'error'));

/** Breathing phases of a 4D-CT: played, and folded into average, MIP and MinIP. */
export function FourDPanel() {
  const document = useDocument((state) => state.document);
  const [chosen, setChosen] = useState(0);
  const patient = document?.patientKey;
  // The phases cover both images: they go with the patient and with this workspace.
  useEffect(() => () => showPhases([]), [patient]);
  if (document === null) return null;
  const sets = phaseSetsOf(document);
  const set = sets.at(chosen) ?? sets.at(0);
  if (set === undefined)
    return (
      <Panel title="4D-CT">
        <p className="hint">
          No phases found: three or more CT series of one frame of reference whose descriptions differ only in a phase.
        </p>
      </Panel>
    );
  return (
    <Panel title="4D-CT">
      <Field label="Phases">
        <Select
          aria-label="4D acquisition"
          value={String(sets.indexOf(set))}
          options={sets.map(({ name, phases }, index) => ({
            value: String(index),
            label: `${phases.length} phases ${name}`.trim(),
          }))}
          onChange={(index) => setChosen(Number(index))}
        />
      </Field>
      <p className="hint" data-testid="phase-labels">
        {set.phases.map(({ label }) => label).join(', ')}
      </p>
      <div className="button-row">
        <Button data-testid="load-cine" onClick={() => attempt(() => loadCine(set))}>
          Load as cine
        </Button>
        <Button data-testid="make-projections" onClick={() => attempt(() => makeProjections(set))}>
          Average, MIP, MinIP
        </Button>
      </div>
      <Player />
      <MadeList />
    </Panel>
  );
}

function Player() {
  const { phases, index, playing, rate } = useCine();
  if (phases.length === 0) return null;
  return (
    <>
      <Field label="Phase">
        <Slider
          aria-label="phase"
          data-testid="phase-slider"
          min={0}
          max={phases.length - 1}
          step={1}
          value={index}
          onChange={(next) => {
            pauseCine();
            goToPhase(next);
          }}
        />
        <span className="numeric opacity-value" data-testid="phase-label">
          {phases[index].label}
        </span>
      </Field>
      <Field label="Speed">
        <Slider
          aria-label="phases a second"
          min={1}
          max={20}
          step={1}
          value={rate}
          onChange={(next) => (playing ? playCine(next) : useCine.setState({ rate: next }))}
        />
        <span className="numeric opacity-value">{rate} /s</span>
      </Field>
      <div className="button-row">
        <Button kind="primary" data-testid="play-cine" onClick={() => (playing ? pauseCine() : playCine())}>
          {playing ? 'Pause' : 'Play'}
        </Button>
        <Button onClick={() => showPhases([])}>Close cine</Button>
      </div>
    </>
  );
}

function MadeList() {
  const { made, patientKey } = useMade();
  const open = useDocument((state) => state.document?.patientKey);
  const secondary = useDocument((state) => state.document?.secondary);
  if (patientKey !== open) return null;
  return (
    <ul className="object-list">
      {made.map((one) => (
        <li key={one.kind} data-testid={`made-${one.kind}`}>
          <span className="object-name" title={one.image.seriesDescription}>
            {PROJECTIONS.find(({ kind }) => kind === one.kind)?.name}
          </span>
          <Button kind="quiet" pressed={secondary === one.image} onClick={() => showMade(one)}>
            show
          </Button>
          <Button kind="quiet" disabled={one.saved} onClick={() => attempt(() => saveMade(one))}>
            {one.saved ? 'saved' : 'save'}
          </Button>
        </li>
      ))}
    </ul>
  );
}
