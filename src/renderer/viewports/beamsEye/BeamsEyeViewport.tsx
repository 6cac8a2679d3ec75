import { useEffect, useRef } from 'react';
import { useDocument } from '#renderer/document/store.ts';
import { Menu } from '#renderer/kit/Menu.tsx';
import { useBeamView } from '../painters/beams/beamView.ts';
import { DrrMenu } from '../drr/DrrMenu.tsx';
import { mountBeamsEye } from './beamsEyeHost.ts';
import { installBeamsEyeInput } from './beamsEyeInput.ts';
import { useBeamsEye } from './beamsEyeStore.ts';
import { BeamsEyeTools } from './BeamsEyeTools.tsx';
import { FitMenu } from './FitMenu.tsx';
import { BeamsEyeText } from './BeamsEyeText.tsx';
import { shownBeam } from './shownBeam.ts';
import './beamsEye.css';

/** What the selected beam sees, large: seen from the source, at the isocenter plane. */
export function BeamsEyeViewport() {
  const container = useRef<HTMLDivElement>(null);
  const plan = useDocument((state) => state.document?.plan);
  const rois = useDocument((state) => state.document?.structures.rois);
  const selected = useBeamView((state) => state.selected);
  const { control, look, upright, structures, light } = useBeamsEye();
  useEffect(() => {
    if (container.current === null) return undefined;
    const host = mountBeamsEye(container.current);
    const stop = installBeamsEyeInput(host);
    return () => {
      stop();
      host.unmount();
    };
  }, []);
  const shown = shownBeam(plan, selected, control);
  const last = (shown?.beam.controlPoints.length ?? 1) - 1;
  const moves = last > 1;
  return (
    <section className="beams-eye" aria-label="beam’s-eye view" data-testid="beams-eye">
      <div className="beams-eye-bar">
        <button
          type="button"
          aria-pressed={upright === 'collimator'}
          title="Turn the view with the collimator instead of the collimator in the view"
          onClick={() => useBeamsEye.setState({ upright: upright === 'gantry' ? 'collimator' : 'gantry' })}
        >
          Collimator upright
        </button>
        <button
          type="button"
          aria-pressed={structures}
          onClick={() => useBeamsEye.setState({ structures: !structures })}
        >
          Structures
        </button>
        <button
          type="button"
          aria-pressed={light}
          title="The edge of this beam's light field on the skin, on the planes and in the room’s-eye view"
          data-testid="light-field"
          onClick={() => useBeamsEye.setState({ light: !light })}
        >
          Light field
        </button>
        <button
          type="button"
          disabled={look === null}
          title="Show the whole field (double click)"
          onClick={() => useBeamsEye.setState({ look: null })}
        >
          Reset view
        </button>
        <DrrMenu />
        {shown !== undefined && (
          <>
            <Menu label="Fit…" className="beams-eye-menu" keep data-testid="beams-eye-fit-menu">
              <FitMenu key={shown.beam.number} shown={shown} rois={rois ?? []} />
            </Menu>
            <BeamsEyeTools shown={shown} />
          </>
        )}
        {moves && (
          <label className="beams-eye-control">
            Control point {(shown?.index ?? 0) + 1}
            <input
              type="range"
              aria-label="control point shown"
              min={0}
              max={last}
              value={shown?.index ?? 0}
              onChange={(event) => useBeamsEye.setState({ control: event.target.valueAsNumber })}
            />
          </label>
        )}
      </div>
      <div className="beams-eye-body">
        <div className="beams-eye-place" ref={container} />
        {shown === undefined ? (
          <div className="plane-empty">The plan has no beams.</div>
        ) : (
          <BeamsEyeText shown={shown} />
        )}
      </div>
    </section>
  );
}
