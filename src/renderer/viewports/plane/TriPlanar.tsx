import { lazy, type ReactNode, Suspense, useEffect } from 'react';
import { installViewPainters } from './crosshairPainter.ts';
import { PlaneViewport } from './PlaneViewport.tsx';
import { PLANES } from './planes.ts';
import type { PlaneId } from './planeView.ts';
import { useScene } from '../scene/sceneStore.ts';

/** The 3-D view is code of its own, fetched when somebody looks at it. */
const SceneView = lazy(() => import('../scene/SceneView.tsx'));

interface TriPlanarProps {
  /** The plane shown large, the two others beside it, or with the 3-D view four equal quarters; omit for quarters holding `children`. */
  readonly large?: PlaneId;
  readonly children?: ReactNode;
}

/** Axial, sagittal and coronal planes of the primary image, linked by the crosshair, and the 3-D view where it is wanted. */
export function TriPlanar({ large, children }: TriPlanarProps) {
  useEffect(installViewPainters, []);
  const scene = useScene((state) => state.shown) && large !== undefined;
  const order = large === undefined ? PLANES : [large, ...PLANES.filter((plane) => plane !== large)];
  return (
    <div className={`tri-planar ${large === undefined || scene ? 'quarters' : 'one-large'}`}>
      {order.map((plane) => (
        <PlaneViewport key={plane} plane={plane} />
      ))}
      {large === undefined && <div className="plane plane-info">{children}</div>}
      {scene && (
        <Suspense fallback={<div className="plane plane-empty">Loading the 3-D view…</div>}>
          <SceneView />
        </Suspense>
      )}
      {large !== undefined && !scene && (
        <button
          type="button"
          className="button scene-toggle"
          data-testid="show-scene"
          title="Surfaces, slices, dose and beams in space"
          onClick={() => useScene.setState({ shown: true })}
        >
          3-D view
        </button>
      )}
    </div>
  );
}
