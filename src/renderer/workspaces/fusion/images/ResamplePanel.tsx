import { useRunning } from '#renderer/commands/runningStore.ts';
import type { Fusion } from '#renderer/document/fusion.ts';
import { useDocument } from '#renderer/document/store.ts';
import { Button } from '#renderer/kit/Button.tsx';
import { Panel } from '#renderer/kit/Panel.tsx';
import { toast } from '#renderer/kit/toast.ts';
import { errorWords } from '#shared/contract/errors.ts';
import { storeResampled } from './resampled.ts';

/** The second image as a series of the primary's frame of reference, for systems that know no registrations. */
export function ResamplePanel({ fusion }: { readonly fusion: Fusion }) {
  const secondary = useDocument((state) => state.document?.secondary);
  const working = useRunning((state) => state.work !== null);
  if (secondary === undefined || fusion.kind !== 'fused') return null;
  const written = secondary.modality === 'CT' || secondary.modality === 'MR';
  const store = async (): Promise<void> => {
    try {
      const description = await storeResampled();
      if (description !== undefined) toast(`Stored as "${description}"`, 'success');
    } catch (error) {
      toast(errorWords(error), 'error');
    }
  };
  return (
    <Panel title="Resampled copy">
      <p className="hint">
        {written
          ? 'The second image on the voxels of the primary, through the registration shown.'
          : `A ${secondary.modality} series cannot be written.`}
      </p>
      <div className="button-row">
        <Button data-testid="store-resampled" disabled={working || !written} onClick={() => void store()}>
          Store as a series
        </Button>
      </div>
    </Panel>
  );
}
