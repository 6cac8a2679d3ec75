import { useDocument } from '#renderer/document/store.ts';
import { useContouring } from '#renderer/tools/contourStore.ts';
import { useActiveTool } from '../activeTool.ts';
import { useLayers } from '../layers/layers.ts';
import { css } from '../painters/ink.ts';
import { orientationLetters } from './orientation.ts';
import { sliceIndexOf, slicePosition } from './planes.ts';
import type { PlaneId } from './planeView.ts';
import { shownAxes, shownPoint, tiltAngle } from './tilt.ts';
import { straighten } from './turnPlane.ts';
import { unitWords } from './valueAt.ts';
import { useView } from '../viewStore.ts';
import { fixed } from '#shared/geometry/fixed.ts';
import { scale, type Vec3 } from '#shared/geometry/vec.ts';

const NAMES: Readonly<Record<PlaneId, string>> = { axial: 'Axial', sagittal: 'Sagittal', coronal: 'Coronal' };
const AXES: Readonly<Record<PlaneId, string>> = { axial: 'Z', sagittal: 'X', coronal: 'Y' };

/** A number as windows are written: whole for HU and counts, three figures when small. */
const windowNumber = (value: number): string => (Math.abs(value) >= 20 ? value.toFixed(0) : value.toPrecision(3));

/** Corner and edge text of a plane: name, slice position, orientation letters, window, zoom. Tests read the data attributes. */
export function PlaneText({ plane }: { readonly plane: PlaneId }) {
  const grid = useView((state) => state.grid);
  const crosshair = useView((state) => state.crosshair);
  const tilts = useView((state) => state.tilts);
  const zoom = useView((state) => state.framing[plane].zoom);
  const primary = useLayers((state) => state.primary);
  const secondary = useLayers((state) => state.secondary);
  const mode = useLayers((state) => state.comparison.mode);
  if (grid === null || primary === null) return <div className="plane-empty">No image</div>;
  const axes = shownAxes(grid, plane, tilts);
  const point = shownPoint(grid, plane, tilts, crosshair);
  const position = slicePosition(axes, point);
  const index = sliceIndexOf(axes, point);
  const tilt = tilts[plane];
  const letters = (direction: Vec3): string => orientationLetters(direction);
  const { window } = primary;
  return (
    <div
      className="plane-text"
      data-testid={`text-${plane}`}
      data-slice-position={position.toFixed(3)}
      data-slice-index={index}
      data-slice-count={axes.count}
    >
      <div className="corner top-left">
        <strong>{NAMES[plane]}</strong>
        {tilt === null ? (
          <span>
            {AXES[plane]} {fixed(position, 1)} mm
          </span>
        ) : (
          <>
            <span className="tilted" data-testid={`tilt-${plane}`}>
              oblique {tiltAngle(grid, plane, tilt).toFixed(1)}°
            </span>
            <button
              type="button"
              className="button quiet straighten"
              data-testid={`straighten-${plane}`}
              title="Back to the standard plane"
              onClick={() => straighten(plane)}
            >
              reset
            </button>
          </>
        )}
        <span>
          {index + 1} / {axes.count}
        </span>
      </div>
      <div className="corner top-right">
        <span>
          {primary.image.modality} {primary.image.seriesDescription}
        </span>
        {secondary !== null && secondary.visible && (
          <span className="fused">
            {mode === 'blend' ? `${Math.round(secondary.opacity * 100)} %` : `${mode}:`} {secondary.image.modality}{' '}
            {secondary.image.seriesDescription}
          </span>
        )}
      </div>
      <div className="corner bottom-left">
        <DrawnStructure />
        <span>
          W {windowNumber(window.width)} L {windowNumber(window.center)} {unitWords(primary.image)}
        </span>
        {secondary !== null && secondary.visible && (
          <span className="fused">
            W {windowNumber(secondary.window.width)} L {windowNumber(secondary.window.center)}{' '}
            {unitWords(secondary.image)}
          </span>
        )}
        <span>Zoom {Math.round(zoom * 100)} %</span>
      </div>
      <b className="edge left" data-edge="left">
        {letters(scale(axes.right, -1))}
      </b>
      <b className="edge right" data-edge="right">
        {letters(axes.right)}
      </b>
      <b className="edge top" data-edge="top">
        {letters(scale(axes.down, -1))}
      </b>
      <b className="edge bottom" data-edge="bottom">
        {letters(axes.down)}
      </b>
    </div>
  );
}

/** Name and colour of the structure that the active tool draws on. */
function DrawnStructure() {
  const tool = useActiveTool();
  const number = useContouring((state) => state.activeRoi);
  const roi = useDocument((state) => state.document?.structures.rois.find((one) => one.number === number));
  if (tool?.draws !== true || roi === undefined) return null;
  return (
    <span className="drawn-structure" style={{ color: css(roi.color) }}>
      ✎ {roi.name}
    </span>
  );
}
