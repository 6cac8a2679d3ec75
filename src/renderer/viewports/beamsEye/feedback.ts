import type { Handle } from '#shared/beamsEye/edit/hit.ts';
import { leafRings } from '#shared/beamsEye/limiters.ts';
import { jawsOf } from '#shared/beamsEye/opening.ts';
import { type Drawing, type Shape, turnDrawing } from '#shared/beamsEye/shapes.ts';
import type { Place } from '#shared/beamsEye/edit/strokes.ts';
import type { ShownBeam } from './shownBeam.ts';

/** What is under the hand; places in collimator axes, mm. */
export interface Feedback {
  readonly handle?: Handle;
  readonly brush?: { readonly at: Place; readonly radius: number; readonly closes: boolean };
  readonly stroke?: readonly Place[];
  /** The collimator's grip is under the hand. */
  readonly grip?: boolean;
}

const HOT = '#ffffff';
/** Radius of the collimator's grip, CSS pixels. */
export const GRIP = 8;

/** Where the collimator is taken to be turned, collimator axes: on +Y inside the edge of the view. */
export const gripAt = (edge: number): Place => [0, edge * 0.94];

/** Feedback as a drawing in the view's axes, turned like the collimator. `reach`: mm to the edge of the view. */
export function feedbackDrawing(
  { handle, brush, stroke }: Feedback,
  shown: ShownBeam,
  reach: number,
  turn: number,
): Drawing {
  const shapes: Shape[] = [];
  if (handle?.kind === 'leaf') {
    const device = shown.beam.devices.find(({ type }) => type.startsWith('MLC'));
    const rings = device === undefined ? [] : leafRings(device, shown.control, reach);
    const ring = rings[2 * handle.pair + handle.bank];
    if (ring !== undefined)
      shapes.push({ rings: [ring], closed: true, line: HOT, width: 1.5, fill: 'rgba(255, 255, 255, 0.18)' });
  }
  const jaws = jawsOf(shown.control);
  if (handle?.kind === 'jaw' && jaws !== undefined) {
    const [x1, x2, y1, y2] = jaws;
    const line = {
      X1: [x1, y1, x1, y2],
      X2: [x2, y1, x2, y2],
      Y1: [x1, y1, x2, y1],
      Y2: [x1, y2, x2, y2],
    }[handle.side];
    shapes.push({ rings: [Float64Array.from(line)], closed: false, line: HOT, width: 3 });
  }
  if (brush !== undefined) {
    const ring = Float64Array.from({ length: 96 }, (_, i) => {
      const turned = (2 * Math.PI * (i >> 1)) / 48;
      return i % 2 === 0
        ? brush.at[0] + brush.radius * Math.cos(turned)
        : brush.at[1] + brush.radius * Math.sin(turned);
    });
    shapes.push({ rings: [ring], closed: true, line: brush.closes ? '#ff6b6b' : '#7fe08a', width: 1.5 });
  }
  if (stroke !== undefined && stroke.length > 1)
    shapes.push({ rings: [Float64Array.from(stroke.flat())], closed: true, line: HOT, width: 1.5, dash: [5, 3] });
  return turnDrawing({ shapes, marks: [] }, turn);
}
