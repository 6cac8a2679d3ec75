import { create } from 'zustand';
import { storeInstances } from '#renderer/client/dicomweb.ts';
import { projectPhases } from '#renderer/compute/fourD/frontend.ts';
import type { LoadRequest } from '#renderer/compute/volumes/base.ts';
import { loadVolume } from '#renderer/compute/volumes/frontend.ts';
import { longWork, openedDocument } from '#renderer/commands/longWork.ts';
import { allSeries } from '#renderer/document/choose.ts';
import { objectContext } from '#renderer/document/objectContext.ts';
import type { ClinicalDocument } from '#renderer/document/records.ts';
import { usedRegistrations } from '#renderer/document/registrations.ts';
import { patchDocument, useDocument } from '#renderer/document/store.ts';
import { showPhases } from '#renderer/viewports/cine/cine.ts';
import type { SeriesSummary } from '#shared/contract/rpc/patients.ts';
import { IsocenterError } from '#shared/contract/errors.ts';
import { type Derivation, writeImageSeries } from '#shared/dicom/image/imageSeries.ts';
import { newUid } from '#shared/dicom/uid.ts';
import { findPhases, type PhaseSet, phasesWithin } from '#shared/fourD/phases.ts';
import type { Projection } from '#shared/fourD/project.ts';
import { moveGrid } from '#shared/geometry/volume.ts';
import type { ImageVolume } from '#shared/model/image.ts';
import { framePath } from '#shared/registration/frames.ts';
import { matrixOfTransform } from '#shared/registration/transform.ts';

export const PROJECTIONS: readonly { readonly kind: Projection; readonly name: string; readonly type: string }[] = [
  { kind: 'average', name: 'Average', type: 'AVERAGE' },
  { kind: 'maximum', name: 'MIP', type: 'MAX_IP' },
  { kind: 'minimum', name: 'MinIP', type: 'MIN_IP' },
];

/** A volume over all phases, made here. */
interface Made {
  readonly kind: Projection;
  readonly image: ImageVolume;
  readonly derivation: Derivation;
  readonly saved: boolean;
}

/** The volumes made of a patient's phases. */
export const useMade = create<{ readonly patientKey: string; readonly made: readonly Made[] }>(() => ({
  patientKey: '',
  made: [],
}));

/** 4D acquisitions of the patient: series that are phases, and the images on screen that are phases of their series. */
export function phaseSetsOf({ tree, primary, secondary }: ClinicalDocument): PhaseSet<SeriesSummary>[] {
  const all = allSeries(tree).map(({ series }) => series);
  const within = [primary, secondary].flatMap((image) => {
    const series = all.find(({ seriesInstanceUid }) => seriesInstanceUid === image?.seriesInstanceUid);
    return series === undefined || image?.phases === undefined ? [] : [phasesWithin(series, image.phases)];
  });
  return [...findPhases(all), ...within];
}

/** As much as phases may take on the page, bytes. */
const MOST_BYTES = 3 * 1024 ** 3;

const requestsOf = ({ patientKey }: ClinicalDocument, set: PhaseSet<SeriesSummary>): LoadRequest[] =>
  set.phases.map(({ series, within }) => ({
    patientKey,
    study: series.studyInstanceUid,
    series: series.seriesInstanceUid,
    instances: series.instanceCount,
    ...(within === undefined ? {} : { phase: within }),
  }));

/**
 * Loads the phases one after the other and shows them as a cine where they lie in the primary's frame of reference.
 * @throws IsocenterError FRAME_OF_REFERENCE when no way leads there, STORAGE when they are too large, CONFLICT during other long work.
 */
export async function loadCine(set: PhaseSet<SeriesSummary>): Promise<void> {
  await longWork(`Loading ${set.phases.length} phases`, async (document, { signal, onProgress }) => {
    const images: ImageVolume[] = [];
    for (const [index, request] of requestsOf(document, set).entries()) {
      const share = (fraction: number): void => onProgress((index + fraction) / set.phases.length);
      const image = await loadVolume(request, { signal, onProgress: share });
      const bytes = image.data.byteLength * set.phases.length;
      if (bytes > MOST_BYTES)
        throw new IsocenterError('STORAGE', `${set.phases.length} phases take ${(bytes / 1024 ** 3).toFixed(1)} GB`, {
          object: set.name,
        });
      images.push(placed(document, image));
    }
    if (useDocument.getState().document?.patientKey === document.patientKey)
      showPhases(images.map((image, index) => ({ image, label: set.phases[index].label })));
  });
}

/** An image where it lies in the primary's frame of reference. */
function placed(document: ClinicalDocument, image: ImageVolume): ImageVolume {
  const { transform } = framePath(
    usedRegistrations(document),
    image.frameOfReferenceUid,
    document.primary.frameOfReferenceUid,
    { rigidOnly: true },
  );
  const matrix = matrixOfTransform(transform);
  return matrix === undefined ? image : moveGrid(image, matrix);
}

/** Makes average, MIP and MinIP of the phases; what was made before goes. Throws as projectPhases. */
export async function makeProjections(set: PhaseSet<SeriesSummary>): Promise<void> {
  const wanted = PROJECTIONS.map(({ kind, name }) => ({
    kind,
    seriesInstanceUid: newUid(),
    seriesDescription: `${name} of ${set.phases.length} phases ${set.name}`.trim(),
  }));
  const images = await longWork('Folding phases', (document, control) =>
    projectPhases(requestsOf(document, set), wanted, control),
  );
  if (images === undefined) return;
  const phases = set.phases.map(({ label }) => label).join(', ');
  useMade.setState({
    patientKey: openedDocument().patientKey,
    made: images.map((image, index) => ({
      image,
      kind: PROJECTIONS[index].kind,
      derivation: {
        type: PROJECTIONS[index].type,
        description: `${PROJECTIONS[index].name} over ${set.phases.length} phases (${phases})`,
      },
      saved: false,
    })),
  });
}

export const showMade = ({ image }: Made): void => patchDocument({ secondary: image });

const SERIES_NUMBER = 9400;

/** Stores a volume made here as a derived CT series. Throws STORAGE when the archive refuses it, and as writeImageSeries. */
export async function saveMade(made: Made): Promise<void> {
  const document = openedDocument();
  const { image, derivation } = made;
  const context = await objectContext(document, SERIES_NUMBER, image.seriesDescription);
  const { failed } = await storeInstances(
    writeImageSeries(image, { ...context, seriesInstanceUid: image.seriesInstanceUid }, derivation),
  );
  if (failed.length > 0)
    throw new IsocenterError('STORAGE', `the archive refused the series: ${failed[0].reason}`, {
      object: image.seriesDescription,
    });
  useMade.setState(({ made: all }) => ({ made: all.map((one) => (one === made ? { ...one, saved: true } : one)) }));
}
