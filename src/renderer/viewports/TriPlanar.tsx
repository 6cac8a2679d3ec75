import { type ReactNode, useEffect } from 'react';
import { installViewPainters } from './crosshairPainter.ts';
import { PlaneViewport } from './PlaneViewport.tsx';
import { PLANES } from './planes.ts';
import type { PlaneId } from './planeView.ts';

interface TriPlanarProps {
  /** The plane shown large, the two others beside it; omit for four equal quarters, the last one holding `children`. */
  readonly large?: PlaneId;
  readonly children?: ReactNode;
}

/** Axial, sagittal and coronal planes of the primary image, linked by the crosshair. */
export function TriPlanar({ large, children }: TriPlanarProps) {
  useEffect(installViewPainters, []);
  const order = large === undefined ? PLANES : [large, ...PLANES.filter((plane) => plane !== large)];
  return (
    <div className={`tri-planar ${large === undefined ? 'quarters' : 'one-large'}`}>
      {order.map((plane) => (
        <PlaneViewport key={plane} plane={plane} />
      ))}
      {large === undefined && <div className="plane plane-info">{children}</div>}
    </div>
  );
}
