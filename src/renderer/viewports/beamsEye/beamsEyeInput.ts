import { addBlock } from '#renderer/commands/planning/blocks.ts';
import { shapeBeamTo } from '#renderer/commands/planning/fitBeams.ts';
import { run } from '#renderer/commands/useShortcuts.ts';
import { useDocument } from '#renderer/document/store.ts';
import { toast } from '#renderer/kit/toast.ts';
import { type Handle, handleAt } from '#shared/beamsEye/edit/hit.ts';
import type { Place } from '#shared/beamsEye/edit/strokes.ts';
import { turnRing } from '#shared/beamsEye/shapes.ts';
import { errorWords, IsocenterError } from '#shared/contract/errors.ts';
import type { Machine } from '#shared/dosimetry/machine/machine.ts';
import { machineByName, machineNames } from '#shared/dosimetry/machine/machines.ts';
import type { BeamsEyeHost } from './beamsEyeHost.ts';
import { distancesAt } from './beamSkin.ts';
import { nudge } from './beamsEyeKeys.ts';
import { useBeamsEye } from './beamsEyeStore.ts';
import { type Feedback, GRIP } from './feedback.ts';
import { brushLeaves, dragHandle, dragNeighbours, drawLeafEdge, type Gesture, turnCollimator } from './gestures.ts';
import { handleAxis, handleName, handlePosition } from './handleWords.ts';
import { fromCanvas, panned, zoomed } from './placement.ts';
import type { ShownBeam } from './shownBeam.ts';

const ZOOM_PER_NOTCH = 1.15;
/** How near the pointer takes hold of something, CSS pixels. */
const REACH = 7;

/** What the pointer does at the moment. */
type Doing =
  | { readonly kind: 'pan' }
  | { readonly kind: 'gesture'; readonly gesture: Gesture; readonly inView: boolean }
  | { readonly kind: 'stroke'; readonly places: Place[] };

/**
 * Mouse and keys on the beam's-eye view. Left: drags what is under it (a jaw, a leaf; Shift draws leaf ends, Ctrl takes the open leaves
 * beside it along; the collimator by its grip), or works with the tool; elsewhere, and with the middle button, it moves the view. Alt: tenths of
 * millimetres and degrees instead of whole ones. The wheel zooms about the cursor, a double click shows the whole field again. Returns the removal of all handlers.
 */
export function installBeamsEyeInput(host: BeamsEyeHost): () => void {
  const { element } = host;
  const abort = new AbortController();
  let doing: Doing | undefined;
  let taken: Handle | undefined;
  let last: readonly [number, number] = [0, 0];
  const on = <K extends keyof HTMLElementEventMap>(type: K, handler: (event: HTMLElementEventMap[K]) => void): void =>
    element.addEventListener(type, handler, { signal: abort.signal, passive: false });
  const pixel = (event: MouseEvent): [number, number] => {
    const box = element.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  };
  const placeOf = (event: MouseEvent): Place => host.placeAt(...pixel(event));
  const onGrip = (event: MouseEvent): boolean => {
    const grip = host.grip();
    const [x, y] = pixel(event);
    return grip !== undefined && Math.hypot(x - grip[0], y - grip[1]) <= GRIP + 3;
  };
  const underHand = (shown: ShownBeam, event: MouseEvent): Handle | undefined =>
    handleAt(shown.control, mlcOf(shown), placeOf(event), REACH / host.placement().scale);

  const hover = (event: MouseEvent): void => {
    const shown = host.shown();
    if (shown === undefined) return;
    const at = placeOf(event);
    const { tool, radius } = useBeamsEye.getState();
    const held = doing?.kind === 'gesture' ? taken : undefined;
    const handle =
      held ?? (tool === 'move' && doing === undefined && !onGrip(event) ? underHand(shown, event) : undefined);
    const feedback: Feedback = {
      ...(handle === undefined ? {} : { handle }),
      ...(tool === 'open' || tool === 'close'
        ? { brush: { at, radius, closes: (tool === 'close') !== event.shiftKey } }
        : {}),
      ...(doing?.kind === 'stroke' ? { stroke: doing.places } : {}),
      grip: onGrip(event),
    };
    element.style.cursor = cursorFor(feedback, shown, host.turn(), tool);
    host.feedBack(feedback, readout(shown, at, handle));
  };

  const begin = (shown: ShownBeam, event: MouseEvent): Doing => {
    const at = placeOf(event);
    const { tool, radius } = useBeamsEye.getState();
    taken = undefined;
    if (onGrip(event))
      return {
        kind: 'gesture',
        gesture: turnCollimator(shown, fromCanvas(host.placement(), ...pixel(event))),
        inView: true,
      };
    const mlc = mlcOf(shown);
    if (tool === 'move') {
      const handle = underHand(shown, event);
      if (handle === undefined) return { kind: 'pan' };
      taken = handle;
      const gesture =
        handle.kind === 'jaw' || mlc === undefined || !(event.shiftKey || event.ctrlKey)
          ? dragHandle(shown, handle, mlc, at)
          : event.shiftKey
            ? drawLeafEdge(shown, handle, mlc, at)
            : dragNeighbours(shown, handle, mlc, at);
      return { kind: 'gesture', gesture, inView: false };
    }
    if (tool !== 'open' && tool !== 'close') return { kind: 'stroke', places: [at] };
    if (mlc === undefined)
      throw new IsocenterError('MACHINE', 'no leaves of a machine that is modelled here', { object: shown.beam.name });
    return {
      kind: 'gesture',
      gesture: brushLeaves(shown, mlc, radius, (tool === 'open') !== event.shiftKey, at),
      inView: false,
    };
  };

  on('pointerdown', (event) => {
    element.focus();
    const shown = host.shown();
    if (event.button === 1) event.preventDefault();
    if (shown === undefined || event.button > 1) return;
    element.setPointerCapture(event.pointerId);
    last = [event.clientX, event.clientY];
    try {
      doing = event.button === 1 ? { kind: 'pan' } : begin(shown, event);
      host.hold(doing.kind !== 'pan');
    } catch (error) {
      taken = undefined;
      toast(errorWords(error), 'error');
    }
    hover(event);
  });
  const follow = (event: PointerEvent): void => {
    const [dx, dy] = [event.clientX - last[0], event.clientY - last[1]];
    last = [event.clientX, event.clientY];
    if (dx === 0 && dy === 0) return;
    if (doing?.kind === 'pan') useBeamsEye.setState({ look: panned(host.look(), host.placement(), dx, dy) });
    else if (doing?.kind === 'gesture')
      doing.gesture.move(doing.inView ? fromCanvas(host.placement(), ...pixel(event)) : placeOf(event), event.altKey);
    else if (doing?.kind === 'stroke') doing.places.push(placeOf(event));
  };
  on('pointermove', (event) => {
    follow(event);
    hover(event);
  });
  on('pointerup', (event) => {
    // A quick hand lets go further on than it was last seen.
    follow(event);
    const done = doing;
    doing = undefined;
    host.hold(false);
    if (done?.kind === 'gesture') done.gesture.end();
    const shown = host.shown();
    if (done?.kind === 'stroke' && shown !== undefined && done.places.length > 2) {
      const outline = Float64Array.from(done.places.flat());
      const { tool } = useBeamsEye.getState();
      if (tool === 'outline') void run(shapeBeamTo, shown.beam.number, outline);
      else void run(addBlock, shown.beam.number, tool === 'shield' ? 'SHIELDING' : 'APERTURE', outline);
    }
    hover(event);
  });
  const cancel = (): void => {
    if (doing?.kind === 'gesture') doing.gesture.cancel();
    doing = undefined;
    host.hold(false);
    host.feedBack({}, '');
  };
  on('pointercancel', cancel);
  on('pointerleave', () => {
    if (doing === undefined) host.feedBack({}, '');
  });
  on('keydown', (event) => {
    const shown = host.shown();
    if (event.key === 'Escape') cancel();
    else if (shown === undefined || !nudge(event, shown, taken, mlcOf(shown), host.turn())) return;
    event.preventDefault();
    event.stopPropagation();
  });
  on('contextmenu', (event) => event.preventDefault());
  on('dblclick', () => useBeamsEye.setState({ look: null }));
  on('wheel', (event) => {
    event.preventDefault();
    const [x, y] = fromCanvas(host.placement(), ...pixel(event));
    const factor = event.deltaY < 0 ? ZOOM_PER_NOTCH : 1 / ZOOM_PER_NOTCH;
    useBeamsEye.setState({ look: zoomed(host.look(), factor, x, y) });
  });
  return () => {
    cancel();
    abort.abort();
  };
}

/** The leaves of the beam's machine, where it is modelled here. */
function mlcOf({ beam }: ShownBeam): Machine['mlc'] {
  return machineNames().includes(beam.machine) ? machineByName(beam.machine).mlc : undefined;
}

const mm = (value: number): string => (Math.round(value * 10) / 10 + 0).toFixed(1).replace('-', '−');

function readout(shown: ShownBeam, [x, y]: Place, handle: Handle | undefined): string {
  const { document } = useDocument.getState();
  const [gx, gy] = turnRing(Float64Array.of(x, y), shown.control.collimator);
  const reached = document === null ? undefined : distancesAt(shown, document.structures, gx, gy)?.outer;
  const surface = reached === undefined || reached.cut ? '' : ` · surface ${mm(reached.distance)} mm`;
  const place = `X ${mm(x)}  Y ${mm(y)} mm${surface}`;
  if (handle === undefined) return place;
  const at = handlePosition(handle, mlcOf(shown), shown.control);
  return `${place} · ${handleName(handle, mlcOf(shown))}: ${at === undefined ? '–' : `${mm(at)} mm`}`;
}

function cursorFor({ handle, brush, grip }: Feedback, shown: ShownBeam, turn: number, tool: string): string {
  if (grip === true) return 'grab';
  if (brush !== undefined) return 'none';
  if (handle === undefined) return tool === 'move' ? 'default' : 'crosshair';
  const across = handleAxis(handle, mlcOf(shown)) === 'y';
  // Whichever way the collimator is turned, the arrows point along the travel to the nearest 45°.
  const eighth = Math.round((((turn + (across ? 90 : 0)) % 180) + 180) / 45) % 4;
  return ['ew-resize', 'nesw-resize', 'ns-resize', 'nwse-resize'][eighth];
}
