import { type PointerEvent, useRef } from 'react';

/** What a number under the hand changes while it moves. */
export interface DraggedNumber {
  readonly change: (value: number) => void;
  readonly end: () => void;
  readonly cancel: () => void;
}

/** Pixels before a press is a drag, and for each step of the number from there on. */
const DEAD = 4;
const PER_STEP = 4;

interface Press {
  readonly from: number;
  readonly value: number;
  dragged: DraggedNumber | undefined;
}

/**
 * Dragging a number field sideways changes its number by `step` for every few pixels (Shift: ten times as fast); a press without a
 * drag goes into the field as ever. `begin` is called when the drag begins.
 */
export function useDrag(value: number, step: number, begin: (() => DraggedNumber) | undefined) {
  const press = useRef<Press | null>(null);
  if (begin === undefined) return {};
  const leave = (): Press | null => {
    const was = press.current;
    press.current = null;
    return was;
  };
  return {
    onPointerDown: (event: PointerEvent<HTMLInputElement>): void => {
      const field = event.currentTarget;
      if (event.button !== 0 || field.ownerDocument.activeElement === field) return;
      press.current = { from: event.clientX, value, dragged: undefined };
      field.setPointerCapture(event.pointerId);
    },
    // The press would put the cursor in and select.
    onMouseDown: (event: { preventDefault: () => void }): void => {
      if (press.current !== null) event.preventDefault();
    },
    onPointerMove: (event: PointerEvent<HTMLInputElement>): void => {
      const { current } = press;
      if (current === null) return;
      const moved = event.clientX - current.from;
      if (current.dragged === undefined && Math.abs(moved) < DEAD) return;
      current.dragged ??= begin();
      const steps = Math.round(moved / PER_STEP) * (event.shiftKey ? 10 : 1);
      current.dragged.change(Number((current.value + steps * step).toFixed(9)));
    },
    onPointerUp: (event: PointerEvent<HTMLInputElement>): void => {
      const was = leave();
      if (was === null) return;
      if (was.dragged === undefined) event.currentTarget.focus();
      else was.dragged.end();
    },
    onPointerCancel: (): void => leave()?.dragged?.cancel(),
  };
}
