import { create } from 'zustand';
import { propagate } from '#renderer/compute/fields/frontend.ts';
import type { ClinicalDocument } from '#renderer/document/records.ts';
import { usedRegistrations } from '#renderer/document/registrations.ts';
import { mark, squashToMark } from '#renderer/document/store.ts';
import { IsocenterError } from '#shared/contract/errors.ts';
import type { Roi, StructureSet } from '#shared/model/structures.ts';
import { type FramePath, framePath } from '#shared/registration/frames.ts';
import type { PropagatedContours } from '#shared/registration/propagateContours.ts';
import type { Command } from '../../command.ts';
import { longWork, openedDocument } from '../../longWork.ts';
import { freeName, insertRoi } from '../rois.ts';

/** What the last copy made, to be judged by its volumes. */
interface PropagationReport {
  readonly through: string;
  readonly rows: readonly { readonly name: string; readonly before: number; readonly after: number }[];
  readonly warnings: readonly string[];
}

/** View state of the panel. */
export const usePropagation = create<{ readonly report: PropagationReport | null }>(() => ({ report: null }));

/** The frame of reference a structure lies in; where nothing names it, that of the image series the set was drawn on. */
export function frameOfRoi(roi: Roi, set: StructureSet, { tree }: Pick<ClinicalDocument, 'tree'>): string {
  const drawnOn = tree.tree
    .flatMap(({ series }) => series)
    .find(({ seriesInstanceUid }) => seriesInstanceUid === set.referencedSeriesUid);
  return roi.frameOfReferenceUid || set.frameOfReferenceUid || (drawnOn?.frameOfReferenceUid ?? '');
}

interface Ways {
  readonly there: FramePath;
  readonly back: FramePath;
}

/** How a structure comes to the planning image. @throws IsocenterError FRAME_OF_REFERENCE when no registration in use leads there. */
export function waysFor(roi: Roi, set: StructureSet, document: ClinicalDocument): Ways {
  const { primary } = document;
  const frame = frameOfRoi(roi, set, document);
  const registrations = usedRegistrations(document);
  const back = framePath(registrations, primary.frameOfReferenceUid, frame, { where: primary });
  // The same registrations the other way round: two searches could choose two ways.
  const there = framePath(back.registrations, frame, primary.frameOfReferenceUid);
  return { there, back };
}

export const wordsOf = ({ there }: Ways): string =>
  there.registrations.length === 0
    ? 'the shared frame of reference'
    : there.registrations.map(({ label }) => `"${label || 'registration'}"`).join(', then ');

/**
 * Copies structures of another set of the patient, drawn on any of the images, to the planning image's slices through the registrations
 * in use. One undoable edit; each copy says in its description where it comes from.
 */
export const propagateRois: Command<[set: StructureSet, rois: readonly Roi[]]> = {
  name: 'propagateRois',
  label: 'Copy structures through the registration',
  undo: 'Undo takes the copies away.',
  perform: async (set, rois) => {
    usePropagation.setState({ report: null });
    const copied = await longWork('Copying structures', async (document, control) => {
      const made: { roi: Roi; ways: Ways; result: PropagatedContours }[] = [];
      for (const [n, roi] of rois.entries()) {
        const ways = waysFor(roi, set, document);
        const both = { toTarget: ways.there.transform, toSource: ways.back.transform };
        const [result] = await propagate([roi], both, document.primary, {
          signal: control.signal,
          onProgress: (fraction) => control.onProgress((n + fraction) / rois.length),
        });
        made.push({ roi, ways, result });
      }
      return made;
    });
    if (copied === undefined) return;
    if (copied.length === 0) throw new IsocenterError('USAGE', 'choose a structure to copy');
    const through = [...new Set(copied.map(({ ways }) => wordsOf(ways)))].join('; ');
    const edit = `Copy ${copied.length === 1 ? copied[0].roi.name : `${copied.length} structures`} from ${set.label}`;
    const before = mark();
    const rows = copied.map(({ roi, ways, result }) => insertCopy(edit, roi, set, ways, result));
    squashToMark(before, edit);
    const warnings = new Set(copied.flatMap(({ ways, result }) => [...ways.back.warnings, ...result.warnings]));
    usePropagation.setState({ report: { through, rows, warnings: [...warnings] } });
  },
};

function insertCopy(edit: string, roi: Roi, set: StructureSet, ways: Ways, { contours, volume }: PropagatedContours) {
  const { structures } = openedDocument();
  const name = freeName(structures, roi.name);
  const external = roi.type === 'EXTERNAL' && structures.rois.some(({ type }) => type === 'EXTERNAL');
  insertRoi(edit, {
    name,
    // A second EXTERNAL would leave open which one bounds the patient.
    type: external ? 'CONTROL' : roi.type,
    contours,
    color: roi.color,
    algorithm: 'SEMIAUTOMATIC',
    description: `${roi.name} of ${set.label}, through ${wordsOf(ways)}`,
  });
  return { name, before: volume.before, after: volume.after };
}
