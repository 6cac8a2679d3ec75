import { useEffect, useRef } from 'react';
import { useActiveTool } from '../activeTool.ts';
import { PLANE_COLORS } from './crosshairPainter.ts';
import { PlaneText } from './PlaneText.tsx';
import { planeHost } from './planeHost.ts';
import { installPlaneInput } from './planeInput.ts';
import type { PlaneId } from './planeView.ts';

/** One plane of the primary image with its layers, overlays, text and mouse handling. Mount each plane at most once. */
export function PlaneViewport({ plane }: { readonly plane: PlaneId }) {
  const container = useRef<HTMLDivElement>(null);
  const tool = useActiveTool();
  useEffect(() => {
    if (container.current === null) return undefined;
    const host = planeHost(plane);
    const detach = host.attach(container.current);
    const stop = installPlaneInput(host);
    return () => {
      stop();
      detach();
    };
  }, [plane]);
  return (
    <section
      className="plane"
      data-testid={`plane-${plane}`}
      aria-label={`${plane} plane`}
      style={{ borderTopColor: PLANE_COLORS[plane], cursor: tool?.cursor ?? 'crosshair' }}
    >
      <div className="plane-body" ref={container} />
      <PlaneText plane={plane} />
    </section>
  );
}
