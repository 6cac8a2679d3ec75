import { rpc } from '#renderer/client/rpc.ts';
import type { Wish } from '#renderer/document/choose.ts';
import { openPatient } from '#renderer/document/openPatient.ts';
import { allPlans } from '#renderer/document/plans.ts';
import type { ClinicalDocument } from '#renderer/document/records.ts';
import { unsavedSums } from '#renderer/document/shownDoses.ts';
import { openDocument, useDocument } from '#renderer/document/store.ts';
import { toast } from '#renderer/kit/toast.ts';
import { isUnaccepted, useOptimization } from '#renderer/stores/optimizationStore.ts';
import { showOpening, showWorkspace } from '#renderer/stores/sessionStore.ts';
import { repeatNotes, setNotes } from '#renderer/stores/notesStore.ts';
import { loadOwnMachines } from '#renderer/stores/ownMachines.ts';
import { setMessage } from '#renderer/stores/statusStore.ts';
import { goTo } from '#renderer/viewports/viewStore.ts';
import { errorWords, IsocenterError } from '#shared/contract/errors.ts';
import { followArchive } from './archiveEvents.ts';

let current: AbortController | null = null;

/** Opens a patient from the archive in the fusion workspace, or with a dose in evaluation; the one before is closed first. */
export async function openPatientByKey(key: string, wish?: Wish): Promise<void> {
  if (!discardUnsaved()) return;
  current?.abort();
  const run = new AbortController();
  current = run;
  openDocument(null);
  setNotes([]);
  showOpening({ label: 'Reading the patient…' });
  let opened = false;
  try {
    await openPatient(key, {
      wish,
      signal: run.signal,
      onOpened: () => {
        opened = true;
        showOpening(null);
        // A patient with a dose is opened to be looked at as a whole; one without starts with its images.
        const { document } = useDocument.getState();
        showWorkspace(document?.dose === undefined ? 'fusion' : 'evaluation');
        const isocenter = document?.plan?.beams[0]?.controlPoints[0]?.isocenter;
        if (isocenter !== undefined) goTo(isocenter);
        setHash(key);
      },
      onProgress: (label, value) => {
        if (current !== run) return;
        if (opened) setMessage(value === undefined ? label : `${label} ${Math.round(value * 100)} %`);
        else showOpening({ label, value });
      },
    });
    if (current === run) repeatNotes();
  } catch (error) {
    if (current !== run) return;
    const cancelled = error instanceof IsocenterError && error.code === 'CANCELLED';
    if (!cancelled) {
      setMessage(errorWords(error), 'error');
      toast(errorWords(error), 'error');
    }
    if (opened) return;
    openDocument(null);
    setHash('');
    showWorkspace('patients');
  } finally {
    if (current === run) {
      showOpening(null);
      current = null;
    }
  }
}

export const cancelOpening = (): void => current?.abort();

/** Drafts live in the window only: leaving a patient with unsaved ones is asked for. */
function discardUnsaved(): boolean {
  const { document } = useDocument.getState();
  if (document === null || !hasUnsaved(document)) return true;
  return window.confirm(
    'The open patient has structures, plans, a registration or a sum of doses that are not saved, or an optimisation that is not accepted. Discard them?',
  );
}

const hasUnsaved = (document: ClinicalDocument): boolean =>
  document.structuresDirty ||
  allPlans(document).some(({ planDirty }) => planDirty) ||
  document.registrationDrafts.length > 0 ||
  unsavedSums(document).length > 0 ||
  isUnaccepted(useOptimization.getState().run);

const HASH = /^#patient=(.+)$/;

function setHash(key: string): void {
  const hash = key === '' ? '' : `#patient=${encodeURIComponent(key)}`;
  if (window.location.hash !== hash)
    window.history.replaceState(null, '', hash === '' ? window.location.pathname : hash);
}

/** The patient an address names; undefined for none and for what is no encoded text. */
function keyInHash(): string | undefined {
  try {
    const match = HASH.exec(window.location.hash);
    return match === null ? undefined : decodeURIComponent(match[1]);
  } catch {
    return undefined;
  }
}

/**
 * Opens the patient named in the address (`#patient=KEY`), or the only one of the archive; then follows the address and the
 * archive's events. Returns the stop.
 */
export function startSession(): () => void {
  const stop = new AbortController();
  const onHash = (): void => {
    const key = keyInHash();
    if (key !== undefined && key !== useDocument.getState().document?.patientKey) void openPatientByKey(key);
  };
  const onLeave = (event: BeforeUnloadEvent): void => {
    const { document } = useDocument.getState();
    if (document !== null && hasUnsaved(document)) event.preventDefault();
  };
  window.addEventListener('hashchange', onHash, { signal: stop.signal });
  window.addEventListener('beforeunload', onLeave, { signal: stop.signal });
  void openFirst(stop.signal);
  void followArchive(stop.signal);
  return () => stop.abort();
}

async function openFirst(signal: AbortSignal): Promise<void> {
  // Before any plan is read: it may name one of them.
  try {
    for (const problem of await loadOwnMachines()) toast(`machine file: ${problem}`, 'error');
  } catch (error) {
    setMessage(errorWords(error), 'error');
  }
  if (useDocument.getState().document !== null) return;
  const named = keyInHash();
  if (named !== undefined) {
    await openPatientByKey(named);
    return;
  }
  try {
    const patients = await rpc.patients.list({ search: '', limit: 2 });
    if (!signal.aborted && patients.length === 1 && useDocument.getState().document === null)
      await openPatientByKey(patients[0].key);
  } catch (error) {
    setMessage(errorWords(error), 'error');
  }
}
