import { useEffect, useRef, useState } from 'react';
import { personName } from '#shared/dicom/personName.ts';
import { useDocument } from '#renderer/document/store.ts';
import { fitScene, lookFrom, SIDES } from './camera.ts';
import { patientBox } from './sceneContent.ts';
import { SceneMenu } from './SceneMenu.tsx';
import { roomBox } from './room/roomContent.ts';
import { mountScene } from './sceneHost.ts';
import { installSceneInput } from './sceneInput.ts';
import { useScene } from './sceneStore.ts';
import './scene.css';

/** The 3-D pane: surfaces, slices, dose and beams, its view buttons and what it shows. */
export default function SceneView() {
  const container = useRef<HTMLDivElement>(null);
  const room = useScene((state) => state.room);
  const patient = useDocument((state) => state.document?.patient);
  const [menu, setMenu] = useState(false);
  useEffect(() => {
    if (container.current === null) return undefined;
    const host = mountScene(container.current);
    const stop = installSceneInput(host);
    return () => {
      stop();
      host.unmount();
    };
  }, []);
  return (
    <section className="plane scene" data-testid="scene" aria-label="3-D view">
      <div className="plane-body" ref={container} />
      <div className="scene-bar">
        <strong>{room ? 'Room' : '3-D'}</strong>
        {SIDES.map(({ side, name }) => (
          <button
            key={side}
            type="button"
            title={`Seen from ${name}`}
            aria-label={`view from ${name}`}
            onClick={() => lookAt(side, container.current)}
          >
            {side}
          </button>
        ))}
        <span className="scene-gap" />
        <button type="button" aria-expanded={menu} data-testid="scene-menu" onClick={() => setMenu(!menu)}>
          Show…
        </button>
        {!room && (
          <button
            type="button"
            title="Hide the 3-D view"
            aria-label="hide the 3-D view"
            onClick={() => useScene.setState({ shown: false })}
          >
            ×
          </button>
        )}
      </div>
      <p className="scene-identity" data-testid="scene-identity">
        {personName(patient?.patientName ?? '') || '(no name)'} · ID {patient?.patientId || '(none)'}
      </p>
      {menu && <SceneMenu />}
    </section>
  );
}

function lookAt(side: (typeof SIDES)[number]['side'], body: HTMLElement | null): void {
  const { document } = useDocument.getState();
  if (document === null || body === null) return;
  const [width, height] = [body.clientWidth, body.clientHeight];
  const patient = patientBox(document);
  const box = useScene.getState().room ? roomBox(patient, document.plan) : patient;
  const camera = fitScene(lookFrom(side), box, width, height);
  useScene.setState({ camera, paneSize: Math.min(width, height) });
}
