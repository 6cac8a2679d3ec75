import { acceptSlices, rejectSlices } from '#renderer/commands/contouring/slices/interpolatedSlices.ts';
import { saveStructures } from '#renderer/commands/contouring/sets/saveStructures.ts';
import { run } from '#renderer/commands/useShortcuts.ts';
import { Button } from '#renderer/kit/Button.tsx';
import { Dialog } from '#renderer/kit/Dialog.tsx';
import type { Roi } from '#shared/model/structures.ts';
import { interpolatedOf } from '#shared/structures/drawing/interpolated.ts';

/** The structures that hold interpolated slices nobody has accepted. */
export const unaccepted = (rois: readonly Roi[]): Roi[] =>
  rois.filter(({ contours }) => interpolatedOf(contours).length > 0);

/** Asked before saving: a stored contour is a contour, so interpolated slices are accepted or taken away first. */
export function UnacceptedDialog({ rois, onClose }: { readonly rois: readonly Roi[]; readonly onClose: () => void }) {
  const settle = async (command: typeof acceptSlices): Promise<void> => {
    onClose();
    for (const { number } of rois) await run(command, number);
    await run(saveStructures);
  };
  return (
    <Dialog
      open
      title="Interpolated slices are not accepted"
      description="Once saved they are contours like drawn ones; nobody could tell them apart."
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button data-testid="reject-and-save" onClick={() => void settle(rejectSlices)}>
            Reject them and save
          </Button>
          <Button kind="primary" data-testid="accept-and-save" onClick={() => void settle(acceptSlices)}>
            Accept them and save
          </Button>
        </>
      }
    >
      <ul>
        {rois.map(({ number, name, contours }) => (
          <li key={number}>
            {name}: {interpolatedOf(contours).length} interpolated contours
          </li>
        ))}
      </ul>
    </Dialog>
  );
}
