import { Checkbox } from '#renderer/kit/Checkbox.tsx';
import { Field } from '#renderer/kit/Field.tsx';
import { Slider } from '#renderer/kit/Slider.tsx';
import { useDocument } from '#renderer/document/store.ts';
import { css } from '../painters/ink.ts';
import { useBeamView } from '../painters/beams/beamView.ts';
import { setRoiVisible, useContourView } from '../painters/contours/contourView.ts';
import { useIsodoseView } from '../painters/dose/isodoseView.ts';
import { PLANES } from '../plane/planes.ts';
import { toggled, useScene } from './sceneStore.ts';

/** What the 3-D view shows: structures (their eye, as on the planes), slices, beams, dose levels. */
export function SceneMenu() {
  const document = useDocument((state) => state.document);
  const hidden = useContourView((state) => state.hidden);
  const { levels, unit } = useIsodoseView();
  const { slices, isodoses, bodyOpacity, organOpacity } = useScene();
  const beams = useScene((state) => state.beams);
  const onPlanes = useBeamView((state) => state.visible);
  if (document === null) return null;
  return (
    <div className="scene-menu" data-testid="scene-list">
      <h3>Structures</h3>
      {document.structures.rois.map(({ number, name, color }) => (
        <Checkbox key={number} checked={!hidden.has(number)} onChange={(visible) => setRoiVisible(number, visible)}>
          <i className="scene-swatch" style={{ background: css(color) }} />
          {name}
        </Checkbox>
      ))}
      <Field label="Body">
        <Slider
          aria-label="opacity of the body"
          min={0}
          max={1}
          step={0.05}
          value={bodyOpacity}
          onChange={(value) => useScene.setState({ bodyOpacity: value })}
        />
      </Field>
      <Field label="Organs">
        <Slider
          aria-label="opacity of organs"
          min={0.1}
          max={1}
          step={0.05}
          value={organOpacity}
          onChange={(value) => useScene.setState({ organOpacity: value })}
        />
      </Field>
      <h3>Slices</h3>
      {PLANES.map((plane) => (
        <Checkbox
          key={plane}
          checked={slices.has(plane)}
          onChange={() => useScene.setState({ slices: toggled(slices, plane) })}
        >
          {plane}
        </Checkbox>
      ))}
      {document.plan !== undefined && (
        <>
          <h3>Plan</h3>
          <Checkbox checked={beams ?? onPlanes} onChange={(value) => useScene.setState({ beams: value })}>
            beams
          </Checkbox>
        </>
      )}
      {document.dose !== undefined && (
        <>
          <h3>Isodose surfaces</h3>
          {levels.map(({ value, color }, index) => (
            <Checkbox
              key={index}
              checked={isodoses.has(index)}
              onChange={() => useScene.setState({ isodoses: toggled(isodoses, index) })}
            >
              <i className="scene-swatch" style={{ background: css(color) }} />
              {value} {unit === 'gray' ? 'Gy' : '%'}
            </Checkbox>
          ))}
        </>
      )}
    </div>
  );
}
