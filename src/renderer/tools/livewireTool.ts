import { trilinearSampler } from '#shared/geometry/sampler.ts';
import { add, scale, type Vec3 } from '#shared/geometry/vec.ts';
import { closeStroke } from '#shared/structures/drawing/freehand.ts';
import { type Livewire, livewireFrom, windowAbout } from '#shared/structures/drawing/livewire.ts';
import { setMessage } from '#renderer/stores/statusStore.ts';
import type { PlanePointerEvent, PlaneTool } from '#renderer/viewports/plane/planeView.ts';
import { drawnChange } from './drawnShape.ts';
import { useToolFeedback } from './feedback.ts';
import { beginStroke, clearStroke, commitStroke, planeInView, samePlane, type Stroke, toPlane } from './stroke.ts';

/** Clicks nearer than this to the first point close the outline, CSS pixels. */
const SAME_PLACE = 5;
/** Nodes along each side of the window in which a wire is found. */
const WINDOW = 181;
/** Nodes are no further apart than this, mm, and no further than the image's finest voxels. */
const COARSEST = 1;
const NO_KEYS = { ctrlKey: false, altKey: false };

/** The wire fixed so far, and the live one from its last point. */
interface LivewireStroke extends Stroke {
  /** Wires between clicks, each with its end; the first holds the starting point alone. */
  readonly wires: readonly (readonly Vec3[])[];
  readonly live: Livewire;
}

/** Click along an edge of the image: the wire between the clicks follows it. Closed like a polygon, on any plane. */
export function livewireTool(): PlaneTool {
  let stroke: LivewireStroke | null = null;

  const wireTo = (current: LivewireStroke, point: Vec3): Vec3[] => {
    const { plane, live } = current;
    const path = live.pathTo(...toPlane(plane, point));
    const points: Vec3[] = [];
    for (let i = 0; i + 1 < path.length; i += 2) points.push(inSpace(current, path[i], path[i + 1]));
    return points;
  };
  const show = (hover?: Vec3): void => {
    if (stroke === null) return clearStroke();
    const { roi, plane, wires } = stroke;
    const points = [...wires.flat(), ...(hover === undefined ? [] : wireTo(stroke, hover))];
    useToolFeedback.setState({
      path: { color: roi.color, plane, points, vertices: wires.map((wire) => wire[wire.length - 1]) },
    });
  };
  const close = (keys: Pick<PlanePointerEvent, 'ctrlKey' | 'altKey'>): void => {
    if (stroke === null) return;
    const finished = stroke;
    stroke = null;
    const points = [...finished.wires.flat(), ...wireTo(finished, finished.wires[0][0])];
    commitStroke(finished, 'Livewire', drawnChange(finished, points, closeStroke(points, finished.plane), keys));
  };
  const near = (event: PlanePointerEvent, point: Vec3): boolean => {
    const [x, y] = event.view.toCanvas(point);
    return Math.hypot(x - event.x, y - event.y) <= SAME_PLACE;
  };
  const begin = (event: PlanePointerEvent): boolean => {
    const begun = beginStroke(event.view);
    if (begun === null) return false;
    const live = liveFrom(begun, event.point);
    // The starting point itself goes to the edge beside it.
    const [u, v] = live.pathTo(...toPlane(begun.plane, event.point));
    stroke = { ...begun, live, wires: [[inSpace(begun, u, v)]] };
    return true;
  };
  const onSamePlane = (event: PlanePointerEvent, current: LivewireStroke): boolean =>
    samePlane(planeInView(current.image, event.view), current.plane);

  return {
    id: 'livewire',
    cursor: 'crosshair',
    draws: true,
    onPointerDown(event) {
      if (stroke === null) {
        if (!begin(event)) return false;
      } else if (!onSamePlane(event, stroke)) {
        setMessage('The wire was begun on another plane: Enter closes it there, Escape drops it', 'warning');
      } else if (stroke.wires.length > 1 && near(event, stroke.wires[0][0])) {
        close(event);
      } else {
        const wire = wireTo(stroke, event.point);
        if (wire.length > 1)
          stroke = { ...stroke, wires: [...stroke.wires, wire], live: liveFrom(stroke, wire[wire.length - 1]) };
      }
      show();
      return true;
    },
    onPointerMove(event) {
      if (stroke === null) return false;
      show(onSamePlane(event, stroke) ? event.point : undefined);
      return true;
    },
    onPointerUp: () => stroke !== null,
    onDoubleClick(event) {
      if (stroke === null) return false;
      close(event);
      return true;
    },
    onKey(key) {
      if (stroke === null) return false;
      if (key === 'Enter') close(NO_KEYS);
      else if (key === 'Backspace') {
        const wires = stroke.wires.slice(0, -1);
        const last = wires.at(-1)?.at(-1);
        stroke = last === undefined ? null : { ...stroke, wires, live: liveFrom(stroke, last) };
        show();
      } else return false;
      return true;
    },
    cancel() {
      stroke = null;
      clearStroke();
    },
  };
}

const inSpace = ({ plane }: Pick<Stroke, 'plane'>, u: number, v: number): Vec3 =>
  add(add(scale(plane.u, u), scale(plane.v, v)), scale(plane.normal, plane.offset));

/** All wires from a point of the stroke's plane, through the planning image there. */
function liveFrom(stroke: Stroke, point: Vec3): Livewire {
  const { image, plane } = stroke;
  const window = windowAbout(...toPlane(plane, point), Math.min(COARSEST, ...image.spacing), WINDOW);
  const { u0, v0, step, size } = window;
  const sample = trilinearSampler(image);
  const values = new Float32Array(size * size);
  const [ox, oy, oz] = inSpace(stroke, u0, v0);
  for (let j = 0, p = 0; j < size; j++)
    for (let i = 0; i < size; i++, p++) {
      const [a, b] = [i * step, j * step];
      values[p] = sample(
        ox + a * plane.u[0] + b * plane.v[0],
        oy + a * plane.u[1] + b * plane.v[1],
        oz + a * plane.u[2] + b * plane.v[2],
      );
    }
  return livewireFrom(window, values);
}
