import { dragAperture } from '#renderer/commands/planning/shapeAperture.ts';
import { dragAngle } from '#renderer/commands/planning/liveBeam.ts';
import type { Handle } from '#shared/beamsEye/edit/hit.ts';
import { moveJaw, moveLeaves, type Positions } from '#shared/beamsEye/edit/moved.ts';
import { brush, drawEdge, type Place } from '#shared/beamsEye/edit/strokes.ts';
import type { Machine } from '#shared/dosimetry/machine/machine.ts';
import type { ShownBeam } from './shownBeam.ts';
import { handleAxis, handleName, handlePosition } from './handleWords.ts';

type Mlc = NonNullable<Machine['mlc']>;

/** Something under the hand; places are in collimator axes of the beam as it is at the moment, mm. */
export interface Gesture {
  readonly move: (at: Place, fine: boolean) => void;
  readonly end: () => void;
  readonly cancel: () => void;
}

/** Whole millimetres, or tenths for a fine hand. */
const snapped = (mm: number, fine: boolean): number => (fine ? Math.round(mm * 10) / 10 : Math.round(mm));

/** A jaw or leaf along with the hand; it keeps its distance to the pointer. `from`: where the hand took it. */
export function dragHandle({ beam, control }: ShownBeam, handle: Handle, mlc: Machine['mlc'], from: Place): Gesture {
  const drag = dragAperture(beam.number, `Move ${handleName(handle, mlc)}`);
  const axis = handleAxis(handle, mlc) === 'x' ? 0 : 1;
  const begun = handlePosition(handle, mlc, control) ?? 0;
  return {
    move: (at, fine) => {
      const to = snapped(begun + at[axis] - from[axis], fine);
      drag.set(
        handle.kind === 'jaw'
          ? moveJaw(drag.start, drag.machine, handle.side, to)
          : moveLeaves(drag.start, drag.machine.mlc as Mlc, handle.bank, new Map([[handle.pair, to]])),
      );
    },
    end: drag.end,
    cancel: drag.cancel,
  };
}

/** A leaf and all open ones of its bank beside it, each by as much as the hand moves. */
export function dragNeighbours({ beam }: ShownBeam, handle: Handle & { kind: 'leaf' }, mlc: Mlc, from: Place): Gesture {
  const drag = dragAperture(beam.number, `Move leaves beside ${handle.pair + 1}`);
  const axis = mlc.type === 'MLCX' ? 0 : 1;
  const pairs = mlc.leafBoundaries.length - 1;
  const ends = drag.start[mlc.type] ?? [];
  const isOpen = (pair: number): boolean => ends[pairs + pair] - ends[pair] > mlc.minimumGap + 0.15;
  let [first, last] = [handle.pair, handle.pair];
  while (first > 0 && isOpen(first - 1)) first--;
  while (last + 1 < pairs && isOpen(last + 1)) last++;
  return {
    move: (at, fine) => {
      const by = snapped(at[axis] - from[axis], fine);
      const wanted = new Map<number, number>();
      for (let pair = first; pair <= last; pair++) wanted.set(pair, ends[handle.bank * pairs + pair] + by);
      drag.set(moveLeaves(drag.start, mlc, handle.bank, wanted));
    },
    end: drag.end,
    cancel: drag.cancel,
  };
}

/** The ends of a bank drawn by the hand, leaf by leaf as it passes them. */
export function drawLeafEdge({ beam }: ShownBeam, handle: Handle & { kind: 'leaf' }, mlc: Mlc, from: Place): Gesture {
  const drag = dragAperture(beam.number, 'Draw leaf ends');
  const stroke: Place[] = [from];
  return {
    move: (at, fine) => {
      stroke.push([snapped(at[0], fine || mlc.type === 'MLCY'), snapped(at[1], fine || mlc.type === 'MLCX')]);
      drag.set(drawEdge(drag.start, mlc, handle.bank, stroke));
    },
    end: drag.end,
    cancel: drag.cancel,
  };
}

/** A round brush that opens leaves, or closes them. */
export function brushLeaves({ beam }: ShownBeam, mlc: Mlc, radius: number, open: boolean, from: Place): Gesture {
  const drag = dragAperture(beam.number, open ? 'Open leaves' : 'Close leaves');
  let positions: Positions = drag.start;
  let last = from;
  const dab = (at: Place): void => {
    const steps = Math.max(1, Math.ceil((2 * Math.hypot(at[0] - last[0], at[1] - last[1])) / radius));
    let limit: string | undefined;
    for (let n = 1; n <= steps; n++) {
      const t = n / steps;
      const place: Place = [last[0] + t * (at[0] - last[0]), last[1] + t * (at[1] - last[1])];
      const moved = brush(positions, mlc, place, radius, open);
      ({ positions } = moved);
      limit ??= moved.limit;
    }
    last = at;
    drag.set({ positions, ...(limit === undefined ? {} : { limit }) });
  };
  dab(from);
  return { move: dab, end: drag.end, cancel: drag.cancel };
}

/**
 * The collimator turned by its handle, to whole degrees or tenths; the aperture follows as it does for a typed angle. Places are in the
 * view's axes here, which do not turn with it.
 */
export function turnCollimator({ beam, control }: ShownBeam, from: Place): Gesture {
  const drag = dragAngle(beam.number, 'collimator');
  const angle = ([x, y]: Place): number => (Math.atan2(y, x) * 180) / Math.PI;
  return {
    move: (at, fine) => drag.change(snapped(control.collimator + angle(at) - angle(from), fine)),
    end: drag.end,
    cancel: drag.cancel,
  };
}
