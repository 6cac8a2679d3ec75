import { refreshRegistrations } from '#renderer/document/openPatient.ts';
import { rpc } from '#renderer/client/rpc.ts';
import { patchDocument, useDocument } from '#renderer/document/store.ts';
import { archiveChanged } from '#renderer/stores/sessionStore.ts';
import { setMessage } from '#renderer/stores/statusStore.ts';
import { refreshSystemInfo } from '#renderer/stores/systemInfo.ts';
import { errorWords } from '#shared/contract/errors.ts';

const RECONNECT_MS = 3000;
/** A sender stores tens of instances a second: lists reload at most this often. */
const SETTLE_MS = 400;

/** Listens to the archive until aborted; after a lost connection it says so, tries again, and reloads what it may have missed. */
export async function followArchive(signal: AbortSignal): Promise<void> {
  const changed = settle(() => {
    archiveChanged();
    void refreshSystemInfo();
    refreshTree().catch((error: unknown) => setMessage(errorWords(error), 'warning'));
  });
  let lost = false;
  while (!signal.aborted) {
    try {
      const events = await rpc.archive.events(undefined, { signal });
      if (lost) {
        setMessage('Connected to the archive again');
        changed();
        lost = false;
      }
      for await (const event of events) if (event.event === 'stored') changed();
    } catch {
      if (signal.aborted) return;
      if (!lost) setMessage('The connection to the archive is lost; trying again', 'warning');
      lost = true;
    }
    await new Promise((resolve) => setTimeout(resolve, RECONNECT_MS));
  }
}

/** The open patient's objects as the archive has them now. */
async function refreshTree(): Promise<void> {
  const key = useDocument.getState().document?.patientKey;
  if (key === undefined) return;
  const tree = await rpc.patients.tree({ key });
  if (useDocument.getState().document?.patientKey !== key) return;
  patchDocument({ tree });
  await refreshRegistrations();
}

function settle(action: () => void): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  return () => {
    timer ??= setTimeout(() => {
      timer = undefined;
      action();
    }, SETTLE_MS);
  };
}
