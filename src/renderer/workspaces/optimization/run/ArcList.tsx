import { Button } from '#renderer/kit/Button.tsx';
import { NumberInput } from '#renderer/kit/NumberInput.tsx';
import { Select } from '#renderer/kit/Select.tsx';
import type { PlannedArc } from '#renderer/compute/optimization/base.ts';
import { setOptimizationSettings, useOptimization } from '#renderer/stores/optimizationStore.ts';
import { arcLength } from '#shared/dosimetry/plan/arrange/conformalArc.ts';
import { nextArc } from './arcs.ts';

const DIRECTIONS = [
  { value: 'CW', label: '↻ CW' },
  { value: 'CC', label: '↺ CC' },
] as const;

/** The arcs of a VMAT plan in the order of delivery: from where to where, which way round, collimator, and what they leave out. */
export function ArcList({ busy }: { readonly busy: boolean }) {
  const arcs = useOptimization((state) => state.settings.arcs);
  const set = (next: readonly PlannedArc[]): void => setOptimizationSettings({ arcs: next });
  return (
    <div className="arc-list">
      {arcs.map((arc, index) => (
        <ArcRow
          key={index}
          index={index}
          arc={arc}
          busy={busy}
          change={(part) => set(arcs.with(index, { ...arc, ...part }))}
          remove={() => set(arcs.toSpliced(index, 1))}
        />
      ))}
      <Button data-testid="add-arc" disabled={busy || arcs.length >= 6} onClick={() => set([...arcs, nextArc(arcs)])}>
        Add arc
      </Button>
    </div>
  );
}

interface ArcRowProps {
  readonly index: number;
  readonly arc: PlannedArc;
  readonly busy: boolean;
  readonly change: (part: Partial<PlannedArc>) => void;
  readonly remove: () => void;
}

function ArcRow({ index, arc, busy, change, remove }: ArcRowProps) {
  const { start, stop, direction, collimator, couch, spacing, avoid } = arc;
  const of = `of arc ${index + 1}`;
  return (
    <fieldset className="arc" data-testid={`arc-row-${index}`}>
      <legend>
        Arc {index + 1} · {arcLength(arc).toFixed(0)}°
        <button type="button" className="icon" aria-label={`delete arc ${index + 1}`} disabled={busy} onClick={remove}>
          ×
        </button>
      </legend>
      <div className="arc-line">
        <Angle label={`start ${of}`} testId="arc-start" value={start} busy={busy} set={(at) => change({ start: at })} />
        <Select
          aria-label={`direction ${of}`}
          data-testid="arc-direction"
          value={direction}
          disabled={busy}
          options={DIRECTIONS}
          onChange={(way) => change({ direction: way })}
        />
        <Angle label={`stop ${of}`} testId="arc-stop" value={stop} busy={busy} set={(at) => change({ stop: at })} />
      </div>
      <div className="arc-line">
        <span className="hint">Collimator</span>
        <Angle
          label={`collimator ${of}`}
          testId="arc-collimator"
          value={collimator}
          busy={busy}
          set={(at) => change({ collimator: at })}
        />
        <span className="hint">Couch</span>
        <Angle label={`couch ${of}`} testId="arc-couch" value={couch} busy={busy} set={(at) => change({ couch: at })} />
      </div>
      <div className="arc-line">
        <span className="hint">Points every</span>
        <NumberInput
          aria-label={`degrees between control points ${of}`}
          data-testid="arc-spacing"
          value={spacing}
          min={1}
          max={5}
          step={0.5}
          unit="°"
          disabled={busy}
          onChange={(degrees) => change({ spacing: degrees })}
        />
        <Button
          kind="quiet"
          data-testid="arc-avoid"
          disabled={busy}
          title="A sector without radiation, from an angle clockwise to another"
          onClick={() => change({ avoid: [...avoid, [80, 100]] })}
        >
          Avoid sector
        </Button>
      </div>
      {avoid.map(([from, to], n) => (
        <div key={n} className="arc-line">
          <span className="hint">avoid</span>
          <Angle
            label={`sector ${n + 1} from, ${of}`}
            testId="arc-avoid-from"
            value={from}
            busy={busy}
            set={(at) => change({ avoid: avoid.with(n, [at, to]) })}
          />
          <span className="hint">↻</span>
          <Angle
            label={`sector ${n + 1} to, ${of}`}
            testId="arc-avoid-to"
            value={to}
            busy={busy}
            set={(at) => change({ avoid: avoid.with(n, [from, at]) })}
          />
          <button
            type="button"
            className="icon"
            aria-label={`delete sector ${n + 1} ${of}`}
            disabled={busy}
            onClick={() => change({ avoid: avoid.toSpliced(n, 1) })}
          >
            ×
          </button>
        </div>
      ))}
    </fieldset>
  );
}

interface AngleProps {
  readonly label: string;
  readonly testId: string;
  readonly value: number;
  readonly busy: boolean;
  readonly set: (degrees: number) => void;
}

const Angle = ({ label, testId, value, busy, set }: AngleProps) => (
  <NumberInput
    aria-label={label}
    data-testid={testId}
    value={value}
    min={0}
    max={359.9}
    unit="°"
    disabled={busy}
    onChange={set}
  />
);
