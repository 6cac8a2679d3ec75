import { placeText } from '#shared/geometry/fixed.ts';
import { useState } from 'react';
import { spotsInWorker } from '#renderer/compute/doses/frontend.ts';
import { useDocument } from '#renderer/document/store.ts';
import { Button } from '#renderer/kit/Button.tsx';
import { Field } from '#renderer/kit/Field.tsx';
import { FoldPanel } from '#renderer/kit/FoldPanel.tsx';
import { NumberInput } from '#renderer/kit/NumberInput.tsx';
import { Select } from '#renderer/kit/Select.tsx';
import { gridOf } from '#renderer/compute/structures/base.ts';
import { firstDose, referenceOf, useComparedDoses } from '#renderer/viewports/painters/dose/comparedDoses.ts';
import { goTo } from '#renderer/viewports/viewStore.ts';
import { errorWords } from '#shared/contract/errors.ts';
import type { FoundSpots } from '#shared/evaluation/doses/spots.ts';

import type { DoseVolume } from '#shared/model/dose.ts';
import type { Roi } from '#shared/model/structures.ts';

type Kind = 'hot' | 'cold';

interface Found extends FoundSpots {
  readonly of: DoseVolume;
  /** Spots of contours that were edited since are no longer spots of anything. */
  readonly rois: readonly Roi[];
  readonly kind: Kind;
}

/** Rows that are listed; of noise there may be thousands. */
const LISTED = 12;

const isClosed = ({ contours }: Roi): boolean =>
  contours.some(({ type }) => type === 'CLOSED_PLANAR' || type === 'CLOSEDPLANAR_XOR');

/** Hot spots of the body outside the target, and cold ones inside it. */
export function SpotPanel() {
  const document = useDocument((state) => state.document);
  useComparedDoses();
  const [kind, setKind] = useState<Kind>('hot');
  const [levels, setLevels] = useState<Readonly<Record<Kind, number>>>({ hot: 100, cold: 95 });
  const [where, setWhere] = useState<Readonly<Record<Kind, string>>>({ hot: '', cold: '' });
  const [outside, setOutside] = useState('');
  const [found, setFound] = useState<Found | null>(null);
  const [state, setState] = useState<{ readonly busy?: boolean; readonly error?: string }>({});
  const dose = document === null ? undefined : firstDose(document);
  const rois = document?.structures.rois;
  if (document === null || dose === undefined || rois === undefined) return null;
  const closed = rois.filter(isClosed);
  const target =
    closed.find(({ number }) => number === document.plan?.prescription?.targetRoiNumber) ??
    closed.find(({ type }) => type === 'PTV');
  const body = closed.find(({ type }) => type === 'EXTERNAL');
  const fallback = kind === 'hot' ? body : target;
  const within = closed.find(({ name }) => name === where[kind]) ?? fallback ?? closed[0];
  const without = outside === 'none' ? undefined : (closed.find(({ name }) => name === outside) ?? target);
  const reference = referenceOf(dose);
  const gray = (levels[kind] / 100) * reference.dose;
  const find = async (): Promise<void> => {
    if (within === undefined) return;
    setState({ busy: true });
    try {
      const spots = await spotsInWorker(
        {
          dose: { ...gridOf(dose.dose), data: dose.dose.data },
          kind,
          level: gray,
          within: within.contours,
          ...(kind === 'hot' && without !== undefined ? { without: without.contours } : {}),
        },
        {},
      );
      setFound({ ...spots, of: dose.dose, rois, kind });
      setState({});
    } catch (error) {
      setState({ error: errorWords(error) });
    }
  };
  const names = closed.map(({ name }) => ({ value: name, label: name }));
  const shown = found !== null && found.of === dose.dose && found.rois === rois && found.kind === kind ? found : null;
  return (
    <FoldPanel title="Hot and cold spots" data-testid="spot-panel">
      <div className="button-row">
        {(['hot', 'cold'] as const).map((one) => (
          <Button key={one} pressed={kind === one} onClick={() => setKind(one)}>
            {one === 'hot' ? 'Hot' : 'Cold'}
          </Button>
        ))}
      </div>
      <Field label="In">
        <Select
          aria-label="structure to look in"
          value={within?.name ?? ''}
          options={names}
          onChange={(name) => setWhere({ ...where, [kind]: name })}
        />
      </Field>
      {kind === 'hot' && (
        <Field label="Outside">
          <Select
            aria-label="structure to leave out"
            value={without?.name ?? 'none'}
            options={[{ value: 'none', label: 'nothing' }, ...names]}
            onChange={setOutside}
          />
        </Field>
      )}
      <Field label={kind === 'hot' ? 'From' : 'Up to'} hint={`${gray.toFixed(2)} Gy`}>
        <NumberInput
          aria-label="level of the spots"
          data-testid="spot-level"
          value={levels[kind]}
          min={0.1}
          max={500}
          unit={reference.of === 'maximum' ? '% of maximum' : '% of prescription'}
          onChange={(value) => setLevels({ ...levels, [kind]: value })}
        />
      </Field>
      <Button
        data-testid="find-spots"
        disabled={state.busy === true || within === undefined}
        onClick={() => void find()}
      >
        {state.busy === true ? 'Looking…' : 'Find'}
      </Button>
      {state.error !== undefined && <p className="error-text">{state.error}</p>}
      {shown !== null && <SpotList found={shown} percentOf={reference.dose} />}
    </FoldPanel>
  );
}

function SpotList({ found, percentOf }: { readonly found: Found; readonly percentOf: number }) {
  const { spots, extreme, kind } = found;
  const percent = (gray: number): string => `${gray.toFixed(2)} Gy (${((100 * gray) / percentOf).toFixed(1)} %)`;
  const total = spots.reduce((sum, { volume }) => sum + volume, 0);
  return (
    <div className="dose-places" data-testid="spots">
      {extreme !== undefined && (
        <Button kind="quiet" title="Go there" data-testid="spot-extreme" onClick={() => goTo(extreme.at)}>
          {kind === 'hot' ? 'Maximum' : 'Minimum'} {percent(extreme.gray)} at {placeText(extreme.at)}
        </Button>
      )}
      <p className="hint">
        {spots.length === 0
          ? 'No region.'
          : `${spots.length} ${spots.length === 1 ? 'region' : 'regions'}, ${total.toFixed(2)} cm³ in all`}
      </p>
      <ul className="spot-list">
        {spots.slice(0, LISTED).map(({ volume, extreme: peak }, n) => (
          <li key={n}>
            <button type="button" className="button quiet" title="Go there" onClick={() => goTo(peak.at)}>
              <strong>{volume.toFixed(2)} cm³</strong> ∅ {ballDiameter(volume).toFixed(0)} mm ·{' '}
              {kind === 'hot' ? 'max' : 'min'} {percent(peak.gray)}
              <small className="hint">at {placeText(peak.at)}</small>
            </button>
          </li>
        ))}
      </ul>
      {spots.length > LISTED && <p className="hint">and {spots.length - LISTED} smaller ones</p>}
    </div>
  );
}

/** Diameter in mm of a ball of that volume, cm³. */
const ballDiameter = (cm3: number): number => 2 * ((3 * 1000 * cm3) / (4 * Math.PI)) ** (1 / 3);
