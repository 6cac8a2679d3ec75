import { run } from '#renderer/commands/useShortcuts.ts';
import { changeRoi } from '#renderer/commands/contouring/changeRoi.ts';
import { lockRoi } from '#renderer/commands/contouring/lockRoi.ts';
import { useDocument } from '#renderer/document/store.ts';
import { Panel } from '#renderer/kit/Panel.tsx';
import { Button } from '#renderer/kit/Button.tsx';
import { setActiveRoi, useContouring } from '#renderer/tools/contourStore.ts';
import { contourError } from '#renderer/viewports/painters/contours/contourIndexes.ts';
import { setAllVisible, setRoiVisible, useContourView } from '#renderer/viewports/painters/contours/contourView.ts';
import type { Grid } from '#shared/geometry/volume.ts';
import type { Roi } from '#shared/model/structures.ts';
import { DerivationBadge } from '../derive/DerivationBadge.tsx';
import { fromHex, toHex } from './hexColor.ts';
import { useRoiVolumes } from './roiVolumes.ts';

/** The structures with colour, visibility, volume and lock; a click selects the one the tools draw on. */
export function StructureList() {
  const document = useDocument((state) => state.document);
  const hidden = useContourView((state) => state.hidden);
  const rois = document?.structures.rois ?? [];
  const grid = document?.primary;
  const numbers = rois.map((roi) => roi.number);
  const anyHidden = numbers.some((number) => hidden.has(number));
  return (
    <Panel
      title={`Structures (${rois.length})`}
      grow
      actions={
        <Button kind="quiet" disabled={rois.length === 0} onClick={() => setAllVisible(numbers, anyHidden)}>
          {anyHidden ? 'Show all' : 'Hide all'}
        </Button>
      }
    >
      {rois.length === 0 && <p className="hint">No structures yet. Add one below, or find the BODY.</p>}
      {grid !== undefined && <Rows rois={rois} grid={grid} />}
    </Panel>
  );
}

function Rows({ rois, grid }: { readonly rois: readonly Roi[]; readonly grid: Grid }) {
  const volumes = useRoiVolumes(rois, grid);
  return (
    <ul className="structure-list" data-testid="structure-list">
      {rois.map((roi) => (
        <StructureRow key={roi.number} roi={roi} grid={grid} volume={volumes.get(roi.number)} />
      ))}
    </ul>
  );
}

interface RowProps {
  readonly roi: Roi;
  readonly grid: Grid;
  /** cm³; NaN without volume, undefined while not measured. */
  readonly volume: number | undefined;
}

function StructureRow({ roi, grid, volume }: RowProps) {
  const visible = useContourView((state) => !state.hidden.has(roi.number));
  const locked = useContouring((state) => state.locked.has(roi.number));
  const active = useContouring((state) => state.activeRoi === roi.number);
  const error = volume === undefined || !Number.isNaN(volume) ? undefined : contourError(roi, grid);
  return (
    <li className={active ? 'structure selected' : 'structure'} data-testid="structure" data-name={roi.name}>
      <button
        type="button"
        className={visible ? 'icon' : 'icon off'}
        aria-pressed={visible}
        aria-label={`show ${roi.name}`}
        title={visible ? 'Shown: click to hide' : 'Hidden: click to show'}
        onClick={() => setRoiVisible(roi.number, !visible)}
      >
        {visible ? '◉' : '○'}
      </button>
      <input
        type="color"
        className="swatch"
        aria-label={`colour of ${roi.name}`}
        value={toHex(roi.color)}
        onChange={(event) => void run(changeRoi, roi.number, { color: fromHex(event.target.value) })}
      />
      <button
        type="button"
        className="structure-name"
        aria-pressed={active}
        title={error ?? titleOf(roi)}
        onClick={() => setActiveRoi(roi.number)}
      >
        <span>{roi.name}</span>
        <small>
          {error === undefined ? roi.type.toLowerCase() : 'not drawable'}
          {roi.density !== undefined && ` ${roi.density} g/cm³`}
        </small>
      </button>
      <span className="structure-badge">
        <DerivationBadge number={roi.number} />
      </span>
      <span className="structure-volume" title="Volume">
        {volumeText(volume)}
      </span>
      <button
        type="button"
        className={locked ? 'icon lock' : 'icon off'}
        aria-pressed={locked}
        aria-label={`lock ${roi.name}`}
        title={locked ? 'Locked against edits' : 'Editable: click to lock'}
        onClick={() => void run(lockRoi, roi.number)}
      >
        <LockIcon closed={locked} />
      </button>
    </li>
  );
}

const titleOf = ({ name, type, density }: Roi): string =>
  `${name} (${type || 'no type'})${density === undefined ? '' : `: dose is computed with ${density} g/cm³`}`;

function LockIcon({ closed }: { readonly closed: boolean }) {
  return (
    <svg
      width="12"
      height="14"
      viewBox="0 0 12 14"
      aria-hidden="true"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.5"
    >
      <rect x="1.5" y="6.5" width="9" height="6.5" rx="1" fill={closed ? 'currentColor' : 'none'} />
      <path d={closed ? 'M3.5 6.5V4a2.5 2.5 0 0 1 5 0v2.5' : 'M3.5 6.5V4a2.5 2.5 0 0 1 4.8-1'} />
    </svg>
  );
}

/** cm³ with three significant digits at least: 0.12, 4.56, 45.6, 1234. */
function volumeText(volume: number | undefined): string {
  if (volume === undefined) return '…';
  if (Number.isNaN(volume)) return '–';
  return `${volume.toFixed(volume < 10 ? 2 : volume < 1000 ? 1 : 0)} cm³`;
}
