import { IsocenterError } from '#shared/contract/errors.ts';
import type { Contour, Rgb, Roi, RoiType, StructureSet } from '#shared/model/structures.ts';
import { editDocument } from '#renderer/document/store.ts';
import { useContouring } from '#renderer/tools/contourStore.ts';
import type { Command } from '../../command.ts';
import { openedDocument } from '../../longWork.ts';
import { assertUnlocked, freeName, nextRoiNumber } from '../rois.ts';

/** A structure that a method found, and whether it takes the place of the one of its name. */
export interface Find {
  readonly name: string;
  readonly type: RoiType;
  readonly color: Rgb;
  readonly contours: readonly Contour[];
  readonly replaces: boolean;
}

/** The structure a find would take the place of: the one of its name; for an EXTERNAL the set's EXTERNAL. */
export const sameStructure = ({ rois }: StructureSet, { name, type }: Pick<Find, 'name' | 'type'>): Roi | undefined =>
  rois.find((roi) => roi.name === name) ?? (type === 'EXTERNAL' ? rois.find((roi) => roi.type === type) : undefined);

/** Makes finds into structures, AUTOMATIC, in one edit; those there are stay unless the find replaces them. */
export const segmentMake: Command<[finds: readonly Find[]]> = {
  name: 'segmentMake',
  label: 'Make structures',
  undo: 'Undo takes them all away, or gives the old ones their contours back.',
  perform: (finds) => {
    if (finds.length === 0) throw new IsocenterError('USAGE', 'tick what is to be made');
    const document = openedDocument();
    let set = document.structures;
    let number = nextRoiNumber(document);
    let last: number | undefined;
    for (const find of finds) {
      const old = sameStructure(set, find);
      if (old !== undefined && find.replaces) {
        assertUnlocked(old);
        const { contours } = find;
        const rois = set.rois.map((roi) =>
          roi === old ? { ...roi, contours, generationAlgorithm: 'AUTOMATIC' as const } : roi,
        );
        set = { ...set, rois };
        last = old.number;
      } else {
        set = { ...set, rois: [...set.rois, newRoi(set, find, number, document.primary.frameOfReferenceUid)] };
        last = number++;
      }
    }
    const name = finds.length === 1 ? finds[0].name : `${finds.length} structures`;
    editDocument(`Make ${name}`, () => ({ structures: set }));
    if (last !== undefined) useContouring.setState({ activeRoi: last });
  },
};

function newRoi(set: StructureSet, find: Find, number: number, frameOfReferenceUid: string): Roi {
  // A second EXTERNAL would leave open which one bounds the patient.
  const second = find.type === 'EXTERNAL' && set.rois.some(({ type }) => type === 'EXTERNAL');
  return {
    number,
    name: freeName(set, find.name),
    type: second ? 'CONTROL' : find.type,
    color: find.color,
    generationAlgorithm: 'AUTOMATIC',
    frameOfReferenceUid,
    contours: find.contours,
  };
}
