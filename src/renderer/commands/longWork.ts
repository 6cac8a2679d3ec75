import { IsocenterError } from '#shared/contract/errors.ts';
import type { ClinicalDocument } from '#renderer/document/records.ts';
import { useDocument } from '#renderer/document/store.ts';
import { setMessage } from '#renderer/stores/statusStore.ts';
import { useRunning } from './runningStore.ts';

interface WorkControl {
  readonly signal: AbortSignal;
  readonly onProgress: (fraction: number) => void;
}

/**
 * Runs long work on the open document, one at a time, with progress and cancel; undefined when the user cancelled it. What comes
 * back is for the patient it was started on: if another one is open by then it is dropped.
 * @throws IsocenterError CONFLICT while other work is under way, and what the work throws.
 */
export async function longWork<T>(
  label: string,
  work: (document: ClinicalDocument, control: WorkControl) => Promise<T>,
): Promise<T | undefined> {
  const document = openedDocument();
  const { work: other } = useRunning.getState();
  if (other !== null) throw new IsocenterError('CONFLICT', `wait for "${other.label}" or cancel it`);
  const abort = new AbortController();
  const running = { label, cancel: () => abort.abort() };
  useRunning.setState({ work: running });
  const stopFollowing = useDocument.subscribe((state) => {
    if (state.document?.patientKey !== document.patientKey) abort.abort();
  });
  try {
    const onProgress = (fraction: number): void => useRunning.setState({ work: { ...running, fraction } });
    const result = await work(document, { signal: abort.signal, onProgress });
    // Work that did not heed the signal has come to its end all the same: its result is still nobody's.
    if (!abort.signal.aborted) return result;
    setMessage(`${label}: cancelled`);
    return undefined;
  } catch (error) {
    if (!abort.signal.aborted) throw error;
    setMessage(`${label}: cancelled`);
    return undefined;
  } finally {
    stopFollowing();
    useRunning.setState({ work: null });
  }
}

/** The open document. @throws IsocenterError USAGE without one. */
export function openedDocument(): ClinicalDocument {
  const { document } = useDocument.getState();
  if (document === null) throw new IsocenterError('USAGE', 'open a patient first');
  return document;
}
