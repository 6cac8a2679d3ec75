import { useEffect } from 'react';
import { useDocument } from '#renderer/document/store.ts';
import { secondDose, useComparedDoses } from '#renderer/viewports/painters/dose/comparedDoses.ts';
import { installViewPainters } from '#renderer/viewports/plane/crosshairPainter.ts';
import { PlaneViewport } from '#renderer/viewports/plane/PlaneViewport.tsx';
import { PLANES } from '#renderer/viewports/plane/planes.ts';
import { TriPlanar } from '#renderer/viewports/plane/TriPlanar.tsx';
import { MirrorPlane } from './MirrorPlane.tsx';

/** The centre of the evaluation: the planes, or those of two doses beside each other. Only here doses are compared. */
export function EvaluationPlanes() {
  const second = useDocument((state) => (state.document === null ? undefined : secondDose(state.document)));
  const side = useComparedDoses(({ mode, second: key }) => mode === 'side' && key !== null);
  useEffect(() => {
    useComparedDoses.setState({ on: true });
    return () => useComparedDoses.setState({ on: false });
  }, []);
  return side && second !== undefined ? <SideBySide /> : <TriPlanar large="axial" />;
}

/** Three planes of the first dose on the left, the same three of the second on the right. */
function SideBySide() {
  useEffect(installViewPainters, []);
  return (
    <div className="side-by-side" data-testid="side-by-side">
      {PLANES.map((plane) => (
        <PlaneViewport key={plane} plane={plane} />
      ))}
      {PLANES.map((plane) => (
        <MirrorPlane key={plane} plane={plane} />
      ))}
    </div>
  );
}
