import { editDocument } from '#renderer/document/store.ts';
import { withRenamedSource } from '#shared/structures/derivation/derivation.ts';
import { planTemplate, type StructureTemplate, templateRoi } from '#shared/structures/sets/template.ts';
import type { Command } from '../../command.ts';
import { openedDocument } from '../../longWork.ts';
import { assertUnlocked, nextRoiNumber, roiByNumber } from '../rois.ts';

/**
 * Adds the structures of a template that the set lacks, empty, with their recipes; first renames those of the set that are chosen to
 * be called as TG-263 has it.
 */
export const applyTemplate: Command<[template: StructureTemplate, rename: ReadonlySet<number>]> = {
  name: 'applyTemplate',
  label: 'Apply template',
  undo: 'Undo takes the added structures away and gives back the old names.',
  perform: (template, rename) => {
    const renames = planTemplate(template, openedDocument().structures.rois).renames.filter(({ number }) =>
      rename.has(number),
    );
    for (const { number } of renames) assertUnlocked(roiByNumber(number));
    editDocument(`Template ${template.name}`, (document) => {
      let rois = document.structures.rois;
      for (const { number, from, to } of renames)
        rois = withRenamedSource(rois, from, to).map((roi) => (roi.number === number ? { ...roi, name: to } : roi));
      const names = new Set(rois.map(({ name }) => name));
      const first = nextRoiNumber(document);
      const added = template.structures
        .filter(({ name }) => !names.has(name))
        .map((structure, index) => templateRoi(structure, first + index, document.primary.frameOfReferenceUid));
      if (added.length === 0 && renames.length === 0) return null;
      return { structures: { ...document.structures, rois: [...rois, ...added] } };
    });
  },
};
