import { useEffect, useRef, useState } from 'react';
import { useActiveTool } from '#renderer/viewports/activeTool.ts';
import { paintScaleBar, PLANE_COLORS } from '#renderer/viewports/plane/crosshairPainter.ts';
import { paintEdgeLetters } from '#renderer/viewports/plane/edgeLetters.ts';
import { samplePlane, windowedPixels } from '#renderer/viewports/compare/comparePixels.ts';
import { colormapByName } from '#renderer/viewports/layers/colormaps.ts';
import { windowLimits } from '#renderer/viewports/layers/layerPresentation.ts';
import { useLayers } from '#renderer/viewports/layers/layers.ts';
import { onRepaint, registerPainter, requestRepaint } from '#renderer/viewports/overlayRegistry.ts';
import { planeHost } from '#renderer/viewports/plane/planeHost.ts';
import { planeAxes, PLANES } from '#renderer/viewports/plane/planes.ts';
import type { OverlayPainter, PlaneId, PlaneView } from '#renderer/viewports/plane/planeView.ts';
import { planeViewOf } from '#renderer/viewports/plane/projection.ts';
import { goTo, scrollPlane, useView } from '#renderer/viewports/viewStore.ts';
import { add, scale, type Vec3 } from '#shared/geometry/vec.ts';
import { paintLandmarks, pick } from '../registration/landmarkTool.ts';

/** No offset: the second image shows what the planes beside it show. */
const LINKED: Vec3 = [0, 0, 0];

/** The view of a plane, moved by an offset in the patient. */
function shiftedView(plane: PlaneId, offset: Vec3): PlaneView | null {
  const view = planeHost(plane).view();
  if (view === null || offset === LINKED) return view;
  const { id, right, down, normal, scale, width, height } = view;
  return planeViewOf({ id, axes: { right, down, normal }, centre: add(view.point, offset), scale, width, height });
}

/**
 * The second image alone on one of the planes, as large as the plane beside it; both show the point under the pointer. Unlinked it is
 * scrolled and panned by itself. While landmarks are picked, a click is the second half of a pair.
 */
export function SecondPlane() {
  const [plane, setPlane] = useState<PlaneId>('axial');
  const [offset, setOffset] = useState<Vec3 | null>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const picking = useActiveTool()?.id === 'landmark';
  const shift = offset ?? LINKED;
  useEffect(() => {
    const paint = (): void => {
      if (canvas.current !== null) paintSecond(canvas.current, plane, shift);
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
  }, [plane, shift]);
  useEffect(() => {
    const element = canvas.current;
    if (element === null) return undefined;
    const onWheel = (event: WheelEvent): void => {
      event.preventDefault();
      const steps = (plane === 'coronal' ? 1 : -1) * Math.sign(event.deltaY);
      const { grid } = useView.getState();
      if (offset === null || grid === null) {
        scrollPlane(plane, steps);
        return;
      }
      const { through, step } = planeAxes(grid, plane);
      setOffset(add(offset, scale(through, steps * step)));
    };
    element.addEventListener('wheel', onWheel, { passive: false });
    return () => element.removeEventListener('wheel', onWheel);
  }, [plane, offset]);
  const at = (event: React.PointerEvent): Vec3 | undefined => {
    const box = event.currentTarget.getBoundingClientRect();
    return shiftedView(plane, shift)?.toPatient(event.clientX - box.left, event.clientY - box.top);
  };
  const panBy = (event: React.PointerEvent): void => {
    const view = shiftedView(plane, shift);
    if (view === null || offset === null) return;
    const mm = (pixels: number): number => -pixels / view.scale;
    setOffset(add(offset, add(scale(view.right, mm(event.movementX)), scale(view.down, mm(event.movementY)))));
  };
  return (
    <div className="second-plane" data-testid="second-plane" style={{ borderTopColor: PLANE_COLORS[plane] }}>
      <canvas
        ref={canvas}
        onPointerMove={(event) => {
          const point = at(event);
          if (point === undefined) return;
          // Apart from its planes, a place on the second image is no place on the first.
          if (offset === null) useView.setState({ cursor: { plane, point } });
          if (offset !== null && event.buttons !== 0) panBy(event);
          else if ((event.buttons & 1) !== 0 && !picking) goTo(point);
        }}
        onPointerDown={(event) => {
          const point = at(event);
          if (point === undefined || event.button !== 0) return;
          if (picking) pick('moving', point);
          else if (offset === null) goTo(point);
        }}
        onPointerLeave={() => useView.setState({ cursor: null })}
        onContextMenu={(event) => event.preventDefault()}
      />
      <div className="second-plane-choice">
        <button
          type="button"
          className="button quiet"
          aria-pressed={offset === null}
          data-testid="link-second"
          title="Linked: the same place as the planes. Unlinked: wheel and drag move it by itself"
          onClick={() => setOffset(offset === null ? [0, 0, 0] : null)}
        >
          {offset === null ? 'linked' : 'unlinked'}
        </button>
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

/** The row of buttons at the upper edge, px. */
const BUTTONS = 28;

let scratch: OffscreenCanvas | undefined;

function paintSecond(canvas: HTMLCanvasElement, plane: PlaneId, offset: Vec3): void {
  const view = shiftedView(plane, offset);
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
  scratch
    .getContext('2d', { willReadFrequently: true })
    ?.putImageData(new ImageData(pixels, samples.width, samples.height), 0, 0);
  context.drawImage(scratch, 0, 0, samples.width * samples.step, samples.height * samples.step);
  if (offset === LINKED) {
    cross(context, view, useView.getState().crosshair, PLANE_COLORS[plane]);
    linkedCursor.paint(context, view);
  }
  paintLandmarks(context, view, 'moving');
  paintEdgeLetters(context, view, BUTTONS);
  paintScaleBar(context, view);
  context.textAlign = 'left';
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
