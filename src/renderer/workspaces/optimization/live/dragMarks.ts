import type uPlot from 'uplot';
import { markAt } from './markPainter.ts';
import type { ObjectiveMark } from './objectiveMarks.ts';

interface MarkDrag {
  readonly marks: () => readonly ObjectiveMark[];
  /** While the hand moves. */
  readonly move: (mark: ObjectiveMark) => void;
  /** The hand let go; undefined where the press was taken away. */
  readonly drop: (mark: ObjectiveMark | undefined) => void;
}

/** Lets marks of a chart be dragged. Returns what takes that away. */
export function dragMarks(chart: uPlot, { marks, move, drop }: MarkDrag): () => void {
  const { over } = chart;
  let held: ObjectiveMark | undefined;
  const placeOf = (event: PointerEvent): readonly [number, number] => {
    const { left, top } = over.getBoundingClientRect();
    return [event.clientX - left, event.clientY - top];
  };
  const onDown = (event: PointerEvent): void => {
    if (event.button !== 0) return;
    held = markAt(chart, marks(), ...placeOf(event));
    if (held !== undefined) over.setPointerCapture(event.pointerId);
  };
  const onMove = (event: PointerEvent): void => {
    const [left, top] = placeOf(event);
    if (held === undefined) {
      over.style.cursor = markAt(chart, marks(), left, top) === undefined ? '' : 'grab';
      return;
    }
    const volume = held.movesVolume ? chart.posToVal(top, 'y') : held.volume;
    held = {
      ...held,
      dose: Math.max(0, chart.posToVal(left, 'x')),
      volume: held.movesVolume ? Math.min(99.5, Math.max(0.5, volume)) : volume,
    };
    move(held);
  };
  const letGo = (event: PointerEvent, mark: ObjectiveMark | undefined): void => {
    if (held === undefined) return;
    held = undefined;
    over.releasePointerCapture(event.pointerId);
    drop(mark);
  };
  const onUp = (event: PointerEvent): void => letGo(event, held);
  const onCancel = (event: PointerEvent): void => letGo(event, undefined);
  over.addEventListener('pointerdown', onDown);
  over.addEventListener('pointermove', onMove);
  over.addEventListener('pointerup', onUp);
  over.addEventListener('pointercancel', onCancel);
  return () => {
    over.removeEventListener('pointerdown', onDown);
    over.removeEventListener('pointermove', onMove);
    over.removeEventListener('pointerup', onUp);
    over.removeEventListener('pointercancel', onCancel);
  };
}
