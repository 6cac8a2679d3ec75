import { type RefObject, useLayoutEffect, useState } from 'react';

interface RefusalProps {
  readonly id: string;
  /** The cell that refused. */
  readonly cell: RefObject<HTMLElement | null>;
  readonly reason: string;
  readonly onDismiss: () => void;
}

/** Room that the words need below the cell, px. */
const ROOM = 60;
const WIDTH = 320;

/** Why a cell did not take what was typed, in words beside it. It stands above everything that scrolls, so that nothing cuts it off. */
export function Refusal({ id, cell, reason, onDismiss }: RefusalProps) {
  const [place, setPlace] = useState<{ left: number; top?: number; bottom?: number }>({ left: 0, top: 0 });
  useLayoutEffect(() => {
    const follow = (): void => {
      const box = cell.current?.getBoundingClientRect();
      if (box === undefined) return;
      const left = Math.max(4, Math.min(box.left, window.innerWidth - WIDTH - 8));
      const below = window.innerHeight - box.bottom > ROOM;
      setPlace(below ? { left, top: box.bottom + 3 } : { left, bottom: window.innerHeight - box.top + 3 });
    };
    follow();
    window.addEventListener('scroll', follow, { capture: true, passive: true });
    window.addEventListener('resize', follow);
    return () => {
      window.removeEventListener('scroll', follow, { capture: true });
      window.removeEventListener('resize', follow);
    };
  }, [cell]);
  return (
    <button
      type="button"
      id={id}
      role="alert"
      className="refusal"
      data-testid="refusal"
      tabIndex={-1}
      style={{ ...place, maxWidth: WIDTH }}
      onClick={onDismiss}
    >
      {reason}
    </button>
  );
}
