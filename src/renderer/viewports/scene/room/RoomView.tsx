import { useEffect } from 'react';
import { useDocument } from '#renderer/document/store.ts';
import { clearanceWords } from '#shared/clearance/clearance.ts';
import { useBeamsEye } from '../../beamsEye/beamsEyeStore.ts';
import { selectBeam, useBeamView } from '../../painters/beams/beamView.ts';
import { useScene } from '../sceneStore.ts';
import SceneView from '../SceneView.tsx';
import { clearanceLevel, clearanceModelOf, clearanceOf } from './clearances.ts';
import './room.css';

/** The room round the patient: head, couch and light of the selected beam, and how near the head comes with each beam. */
export default function RoomView() {
  useEffect(() => {
    useScene.setState({ room: true, camera: null });
    return () => useScene.setState({ room: false, camera: null });
  }, []);
  return (
    <div className="room-view">
      <SceneView />
      <Clearances />
    </div>
  );
}

function Clearances() {
  const plan = useDocument((state) => state.document?.plan);
  const structures = useDocument((state) => state.document?.structures);
  const selected = useBeamView((state) => state.selected);
  const control = useBeamsEye((state) => state.control);
  if (plan === undefined || structures === undefined || plan.beams.length === 0) return null;
  const beam = plan.beams.find(({ number }) => number === selected) ?? plan.beams[0];
  const { model, stated } = clearanceModelOf(beam);
  const last = beam.controlPoints.length - 1;
  const point = beam.controlPoints[Math.min(control, last)];
  const turns = beam.controlPoints.some(({ gantry }) => gantry !== beam.controlPoints[0].gantry);
  return (
    <div className="clearances" data-testid="clearances">
      <h3>Clearance</h3>
      <ul>
        {plan.beams.map((one) => {
          const clearance = clearanceOf(one, structures, plan.patientPosition);
          const level = clearance && clearanceLevel(clearance, clearanceModelOf(one).model);
          return (
            <li key={one.number} className={one === beam ? 'selected' : ''}>
              <button type="button" onClick={() => selectBeam(one.number)}>
                <strong>{one.name}</strong>{' '}
                <span className={level}>
                  {clearance === undefined ? 'no body: nothing to meet' : clearanceWords(clearance)}
                </span>
              </button>
            </li>
          );
        })}
      </ul>
      {turns && (
        <label className="room-sweep">
          Gantry {point.gantry.toFixed(1)}°
          <input
            type="range"
            aria-label="control point"
            min={0}
            max={last}
            value={Math.min(control, last)}
            onChange={(event) => useBeamsEye.setState({ control: Number(event.target.value) })}
          />
        </label>
      )}
      <p className="hint">
        Head ⌀ {((2 * model.head.radius) / 10).toFixed(0)} cm, face at {(model.head.isocenterToFace / 10).toFixed(1)}{' '}
        cm; couch {(model.couch.width / 10).toFixed(0)} cm wide.{' '}
        {stated ? 'As the machine’s file states.' : 'Typical sizes: check on your machine.'} Only what is contoured
        counts: arms and legs beyond the scan do not.
      </p>
    </div>
  );
}
