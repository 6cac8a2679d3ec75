import { rpc } from '#renderer/client/rpc.ts';
import { loadVolume } from '#renderer/compute/volumes/frontend.ts';
import { addNotes, setNotes } from '#renderer/stores/notesStore.ts';
import { errorWords, IsocenterError } from '#shared/contract/errors.ts';
import type { ImageVolume } from '#shared/model/image.ts';
import { chooseObjects, type PlacedSeries, type Wish } from './choose.ts';
import { isSegmentation, type ReadContext, readSelected } from './readObjects.ts';
import { readPlans, recordsBeside, supersededAmong } from './reading/readPlans.ts';
import { readShelvedDoses } from './reading/shelvedDoses.ts';
import type { ClinicalDocument } from './records.ts';
import { readNewRegistrations } from './registrations.ts';
import { openDocument, patchDocument, useDocument } from './store.ts';

export interface OpenOptions {
  /** What the user asked for by UID; the rest is chosen to fit. */
  readonly wish?: Wish;
  readonly signal?: AbortSignal;
  /** What is being read, and how far (0..1) where known. */
  readonly onProgress?: (label: string, value?: number) => void;
  /** The document is open; its second image is still to come. */
  readonly onOpened?: () => void;
}

/** Counts requests for a second image: only the latest may set it. */
let secondaryRequests = 0;

/**
 * Loads a patient from the archive into the document: primary image, structure set, plan and dose first (the document opens with
 * them), then the registrations and the second image. Objects that cannot be read are named in the status bar and left out; a
 * primary image that cannot be read, or that names another patient, refuses the patient.
 */
export async function openPatient(key: string, options: OpenOptions = {}): Promise<ClinicalDocument> {
  const { signal, onProgress = () => undefined } = options;
  const tree = await rpc.patients.tree({ key }, { signal });
  const first = chooseObjects(tree, options.wish);
  if (first === undefined)
    throw new IsocenterError('NOT_FOUND', 'this patient has no CT, MR or PET image to show', {
      object: tree.patientId,
    });
  const context: ReadContext = { patientKey: key, patientId: tree.patientId, problems: [...tree.conflicts], signal };
  const primary = await loadSeries(first.primary, context, options);
  onProgress('Reading RT objects…');
  const plans = await readPlans(first, context);
  const wish = { ...options.wish, series: first.primary.series.seriesInstanceUid };
  const selection = chooseObjects(tree, wish, supersededAmong(plans)) ?? first;
  const selected = await readSelected(selection, plans, primary, context);
  const beside = recordsBeside(selection, plans, { primary, structures: selected.structures }, context.problems);
  if (signal?.aborted === true) throw new IsocenterError('CANCELLED', 'cancelled by the user');
  openDocument({
    patientKey: key,
    patient: primary.patient,
    study: primary.study,
    tree,
    primary,
    registrations: [],
    registrationDrafts: [],
    registrationsOff: [],
    ...selected,
    ...beside,
    structuresDirty: isSegmentation(selection.structures) && selected.structures.rois.length > 0,
    planDirty: false,
    beamDoses: [],
    savedInstances: [],
  });
  setNotes(context.problems);
  options.onOpened?.();
  await loadRegistrations(key, tree.patientId, signal);
  if (selection.secondary !== undefined) await openSecondary(selection.secondary, options);
  await readShelvedDoses(signal);
  const { document } = useDocument.getState();
  if (document === null) throw new IsocenterError('CANCELLED', 'the patient was closed while loading');
  return document;
}

/**
 * Loads an image series as the document's second image. What could not be read, the image itself included, is added to the notes;
 * only cancelling throws.
 */
export async function openSecondary(placed: PlacedSeries, options: OpenOptions = {}): Promise<void> {
  const before = useDocument.getState().document;
  if (before === null) return;
  const request = ++secondaryRequests;
  const { patientKey, tree } = before;
  const context: ReadContext = { patientKey, patientId: tree.patientId, problems: [], signal: options.signal };
  // Another image may have been asked for, or another patient opened, while this image was on its way.
  const isLatest = (): boolean =>
    request === secondaryRequests && useDocument.getState().document?.patientKey === patientKey;
  try {
    const secondary = await loadSeries(placed, context, options);
    if (isLatest()) patchDocument({ secondary });
  } catch (error) {
    if (options.signal?.aborted === true) throw error;
    context.problems.push(errorWords(error));
  }
  if (isLatest()) addNotes(context.problems);
}

/** Shows the primary image alone. */
export function closeSecondary(): void {
  secondaryRequests++;
  patchDocument({ secondary: undefined });
}

/** Reads the registrations that came since; what cannot be read is noted. */
export async function refreshRegistrations(): Promise<void> {
  const { document } = useDocument.getState();
  if (document !== null) await loadRegistrations(document.patientKey, document.tree.patientId);
}

async function loadRegistrations(patientKey: string, patientId: string, signal?: AbortSignal): Promise<void> {
  const context: ReadContext = { patientKey, patientId, problems: [], signal };
  await readNewRegistrations(context);
  if (useDocument.getState().document?.patientKey === patientKey) addNotes(context.problems);
}

async function loadSeries(
  { series }: PlacedSeries,
  context: ReadContext,
  { signal, onProgress }: OpenOptions,
): Promise<ImageVolume> {
  const label = `Loading ${series.modality} ${series.seriesDescription}`.trim();
  const image = await loadVolume(
    {
      patientKey: context.patientKey,
      study: series.studyInstanceUid,
      series: series.seriesInstanceUid,
      instances: series.instanceCount,
    },
    { signal, onProgress: (value) => onProgress?.(label, value) },
  );
  if (image.patient.patientId !== context.patientId)
    throw new IsocenterError('CONFLICT', `the ${series.modality} belongs to patient ID "${image.patient.patientId}"`, {
      object: context.patientId,
      attribute: 'PatientID',
    });
  if (series.conflictingInstances > 0)
    context.problems.push(
      `${series.modality}: ${series.conflictingInstances} objects have the UIDs of others with different content; those received first are shown`,
    );
  context.problems.push(...image.warnings.map((warning) => `${image.modality}: ${warning}`));
  return image;
}
