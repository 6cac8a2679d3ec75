import { saveSegmentation } from '#renderer/commands/contouring/sets/saveSegmentation.ts';
import { useRunning } from '#renderer/commands/runningStore.ts';
import { run } from '#renderer/commands/useShortcuts.ts';
import { useDocument } from '#renderer/document/store.ts';
import { Button } from '#renderer/kit/Button.tsx';
import type { Roi } from '#shared/model/structures.ts';
import { unaccepted } from '../draw/UnacceptedDialog.tsx';

const NONE: readonly Roi[] = [];

/** The structures as voxels, for systems that read segmentations; not while some of them are only proposed. */
export function SaveSegmentation() {
  const rois = useDocument((state) => state.document?.structures.rois ?? NONE);
  const busy = useRunning((state) => state.work !== null);
  const proposed = unaccepted(rois).map(({ name }) => name);
  return (
    <Button
      data-testid="save-segmentation"
      disabled={rois.every(({ contours }) => contours.length === 0) || proposed.length > 0 || busy}
      title={
        proposed.length > 0
          ? `Accept or discard the interpolated slices of ${proposed.join(', ')} first`
          : 'Stores the structures as a DICOM Segmentation on the voxels of the planning image; the structure set stays as it is'
      }
      onClick={() => void run(saveSegmentation)}
    >
      Save as SEG
    </Button>
  );
}
