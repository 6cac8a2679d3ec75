import { nudgeAperture } from '#renderer/commands/planning/shapeAperture.ts';
import { turnBeam } from '#renderer/commands/planning/changeBeam.ts';
import { run } from '#renderer/commands/useShortcuts.ts';
import { toast } from '#renderer/kit/toast.ts';
import type { Handle } from '#shared/beamsEye/edit/hit.ts';
import { moveJaw, moveLeaves } from '#shared/beamsEye/edit/moved.ts';
import { errorWords } from '#shared/contract/errors.ts';
import type { Machine } from '#shared/dosimetry/machine/machine.ts';
import { handleAxis, handleName, handlePosition } from './handleWords.ts';
import type { ShownBeam } from './shownBeam.ts';

const ARROWS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, 1],
  ArrowDown: [0, -1],
};

/**
 * Keys on the beam's-eye view: arrows move the jaw or leaf taken last by 1 mm (Shift 5 mm, Alt 0.1 mm) the way they point on the screen, [ and ] turn the
 * collimator by 1°. `turn`: degrees that collimator axes are turned by on the screen. Returns whether the key was used.
 */
export function nudge(
  { key, shiftKey, altKey }: Pick<KeyboardEvent, 'key' | 'shiftKey' | 'altKey'>,
  { beam, control }: ShownBeam,
  taken: Handle | undefined,
  mlc: Machine['mlc'],
  turn: number,
): boolean {
  if (key === '[' || key === ']') {
    const to = control.collimator + (key === '[' ? -1 : 1);
    void run(turnBeam, beam.number, { collimator: ((to % 360) + 360) % 360 });
    return true;
  }
  const arrow = ARROWS[key];
  const from = taken === undefined ? undefined : handlePosition(taken, mlc, control);
  if (arrow === undefined || taken === undefined || from === undefined) return false;
  const [c, s] = [Math.cos((turn * Math.PI) / 180), Math.sin((turn * Math.PI) / 180)];
  const along = handleAxis(taken, mlc) === 'x' ? c * arrow[0] + s * arrow[1] : c * arrow[1] - s * arrow[0];
  if (Math.abs(along) < 0.5) return true;
  const to = from + Math.sign(along) * (shiftKey ? 5 : altKey ? 0.1 : 1);
  try {
    nudgeAperture(beam.number, `Nudge ${handleName(taken, mlc)}`, (positions, machine) =>
      taken.kind === 'jaw'
        ? moveJaw(positions, machine, taken.side, to)
        : machine.mlc === undefined
          ? { positions }
          : moveLeaves(positions, machine.mlc, taken.bank, new Map([[taken.pair, to]])),
    );
  } catch (error) {
    toast(errorWords(error), 'error');
  }
  return true;
}
