import type { Command } from '#renderer/commands/command.ts';
import { clearSlice } from '#renderer/commands/contouring/slices/clearSlice.ts';
import { copySlice } from '#renderer/commands/contouring/slices/copySlice.ts';
import { acceptSlice, acceptSlices, rejectSlices } from '#renderer/commands/contouring/slices/interpolatedSlices.ts';
import { interpolateSlices } from '#renderer/commands/contouring/slices/interpolateSlices.ts';
import { run } from '#renderer/commands/useShortcuts.ts';
import { useDocument } from '#renderer/document/store.ts';
import { Button } from '#renderer/kit/Button.tsx';
import { useContouring } from '#renderer/tools/contourStore.ts';
import { contoursBySlice } from '#renderer/tools/slice.ts';
import { interpolatedOf } from '#shared/structures/drawing/interpolated.ts';

interface SliceAction {
  readonly label: string;
  readonly hotkey: string;
  readonly title: string;
  /** Needs interpolated slices. */
  readonly interpolated?: boolean;
  readonly perform: (roiNumber: number) => void;
}

const command =
  (one: Command<[roiNumber: number]>) =>
  (roiNumber: number): void =>
    void run(one, roiNumber);

/** What is done with the slices of the selected structure, as buttons and keys. */
export const SLICE_ACTIONS: readonly SliceAction[] = [
  {
    label: 'Interpolate',
    hotkey: 'i',
    title: 'Fill the slices between drawn ones',
    perform: command(interpolateSlices),
  },
  { label: 'Clear slice', hotkey: 'delete', title: 'Take its contours off this slice', perform: command(clearSlice) },
  {
    label: 'Copy up',
    hotkey: '.',
    title: 'Copy this slice to the next one towards the head',
    perform: (roiNumber) => void run(copySlice, roiNumber, 'head'),
  },
  {
    label: 'Copy down',
    hotkey: ',',
    title: 'Copy this slice to the next one towards the feet',
    perform: (roiNumber) => void run(copySlice, roiNumber, 'feet'),
  },
];
export const INTERPOLATED_ACTIONS: readonly SliceAction[] = [
  { label: 'Accept slice', hotkey: 'a', title: 'This slice counts as drawn', perform: command(acceptSlice) },
  { label: 'Accept all', hotkey: 'shift+a', title: 'All of them count as drawn', perform: command(acceptSlices) },
  { label: 'Reject', hotkey: 'x', title: 'Take all interpolated slices away', perform: command(rejectSlices) },
];

const KEYS: Readonly<Record<string, string>> = { delete: 'Del', 'shift+a': '⇧A' };

/** Slices of the selected structure: filling between them, accepting what was filled, copying and clearing. */
export function SliceTools() {
  const active = useContouring((state) => state.activeRoi);
  const roi = useDocument((state) => state.document?.structures.rois.find(({ number }) => number === active));
  const image = useDocument((state) => state.document?.primary);
  if (roi === undefined || image === undefined) return null;
  const open = interpolatedOf(roi.contours);
  const slices = open.length === 0 ? 0 : contoursBySlice(open, image).size;
  const buttons = (actions: readonly SliceAction[]) =>
    actions.map(({ label, hotkey, title, perform }) => (
      <Button
        key={label}
        title={title}
        disabled={roi.locked === true || roi.contours.length === 0}
        data-testid={`slices-${label.toLowerCase().replace(' ', '-')}`}
        onClick={() => perform(roi.number)}
      >
        {label} <kbd>{KEYS[hotkey] ?? hotkey.toUpperCase()}</kbd>
      </Button>
    ));
  return (
    <>
      <div className="tool-grid slice-tools">{buttons(SLICE_ACTIONS)}</div>
      {slices > 0 && (
        <>
          <p className="warning-text" data-testid="interpolated-slices">
            {slices} interpolated {slices === 1 ? 'slice' : 'slices'} (dashed) not accepted
          </p>
          <div className="tool-grid">{buttons(INTERPOLATED_ACTIONS)}</div>
        </>
      )}
    </>
  );
}
