import { useEffect, useRef, useState } from 'react';
import { PLANE_COLORS } from '#renderer/viewports/crosshairPainter.ts';
import { samplePlane, windowedPixels } from '#renderer/viewports/compare/comparePixels.ts';
import { colormapByName } from '#renderer/viewports/colormaps.ts';
import { windowLimits } from '#renderer/viewports/layerPresentation.ts';
import { useLayers } from '#renderer/viewports/layers.ts';
import { onRepaint, registerPainter, requestRepaint } from '#renderer/viewports/overlayRegistry.ts';
import { planeHost } from '#renderer/viewports/planeHost.ts';
import { PLANES } from '#renderer/viewports/planes.ts';
import type { OverlayPainter, PlaneId, PlaneView } from '#renderer/viewports/planeView.ts';
import { goTo, scrollPlane, useView } from '#renderer/viewports/viewStore.ts';

/** The second image alone on one of the planes, as large as the plane beside it; both show the point under the pointer. */
export function SecondPlane() {
  const [plane, setPlane] = useState<PlaneId>('axial');
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const paint = (): void => {
      if (canvas.current !== null) paintSecond(canvas.current, plane);
    };
    const stops = [
      registerPainter(linkedCursor),
      onRepaint(paint),
      useLayers.subscribe(requestRepaint),
      useView.subscribe(requestRepaint),
    ];
    requestRepaint();
    return () => {
      for (const stop of stops) stop();
    };
  }, [plane]);
  useEffect(() => {
    const element = canvas.current;
    if (element === null) return undefined;
    const onWheel = (event: WheelEvent): void => {
      event.preventDefault();
      scrollPlane(plane, (plane === 'coronal' ? 1 : -1) * Math.sign(event.deltaY));
    };
    element.addEventListener('wheel', onWheel, { passive: false });
    return () => element.removeEventListener('wheel', onWheel);
  }, [plane]);
  const at = (event: React.PointerEvent): ReturnType<PlaneView['toPatient']> | undefined => {
    const box = event.currentTarget.getBoundingClientRect();
    return planeHost(plane)
      .view()
      ?.toPatient(event.clientX - box.left, event.clientY - box.top);
  };
  return (
    <div className="second-plane" data-testid="second-plane" style={{ borderTopColor: PLANE_COLORS[plane] }}>
      <canvas
        ref={canvas}
        onPointerMove={(event) => {
          const point = at(event);
          if (point === undefined) return;
          useView.setState({ cursor: { plane, point } });
          if ((event.buttons & 1) !== 0) goTo(point);
        }}
        onPointerDown={(event) => {
          const point = at(event);
          if (point !== undefined && event.button === 0) goTo(point);
        }}
        onPointerLeave={() => useView.setState({ cursor: null })}
      />
      <div className="second-plane-choice">
        {PLANES.map((id) => (
          <button
            key={id}
            type="button"
            className="button quiet"
            aria-pressed={id === plane}
            onClick={() => setPlane(id)}
          >
            {id}
          </button>
        ))}
      </div>
    </div>
  );
}

let scratch: OffscreenCanvas | undefined;

function paintSecond(canvas: HTMLCanvasElement, plane: PlaneId): void {
  const view = planeHost(plane).view();
  const { secondary } = useLayers.getState();
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (view === null || context === null) return;
  if (canvas.width !== view.width) canvas.width = view.width;
  if (canvas.height !== view.height) canvas.height = view.height;
  context.clearRect(0, 0, view.width, view.height);
  if (secondary === null) return;
  const samples = samplePlane(secondary.image, view);
  const limits = windowLimits(secondary.image, secondary.window);
  const pixels = windowedPixels(samples, limits, colormapByName(secondary.colormap ?? 'Grey'));
  scratch ??= new OffscreenCanvas(1, 1);
  scratch.width = samples.width;
  scratch.height = samples.height;
  scratch.getContext('2d')?.putImageData(new ImageData(pixels, samples.width, samples.height), 0, 0);
  context.drawImage(scratch, 0, 0, samples.width * samples.step, samples.height * samples.step);
  cross(context, view, useView.getState().crosshair, PLANE_COLORS[plane]);
  linkedCursor.paint(context, view);
  context.fillStyle = '#dfe6ee';
  context.font = '12px system-ui, sans-serif';
  context.fillText(`${secondary.image.modality} ${secondary.image.seriesDescription}`, 10, 18);
}

/** The point under the pointer, on every plane that passes through it. */
const linkedCursor: OverlayPainter = {
  id: 'linked-cursor',
  order: 45,
  paint(context, view) {
    const { cursor } = useView.getState();
    if (cursor !== null) cross(context, view, cursor.point, '#ffe14d');
  },
};

function cross(
  context: CanvasRenderingContext2D,
  view: PlaneView,
  point: readonly [number, number, number],
  color: string,
): void {
  const [x, y] = view.toCanvas(point).map((value) => Math.round(value) + 0.5);
  context.strokeStyle = color;
  context.lineWidth = 1;
  context.beginPath();
  for (const [dx, dy] of [
    [1, 0],
    [-1, 0],
    [0, 1],
    [0, -1],
  ]) {
    context.moveTo(x + 4 * dx, y + 4 * dy);
    context.lineTo(x + 12 * dx, y + 12 * dy);
  }
  context.stroke();
}
