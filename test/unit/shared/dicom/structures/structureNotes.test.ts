import { describe, expect, it } from 'vitest';
import { readPart10, writePart10 } from '#shared/dicom/codec/part10.ts';
import { readStructureSet, writeStructureSet } from '#shared/dicom/structures/rtStructureSet.ts';
import { IMPLICIT_LITTLE_ENDIAN, RT_STRUCTURE_SET } from '#shared/dicom/uid.ts';
import type { StructureSet } from '#shared/model/structures.ts';
import { derivationStatuses, pendingDerivation, sourcesFingerprint } from '#shared/structures/derivation/derivation.ts';
import { parseRecipe } from '#shared/structures/derivation/recipe.ts';
import { objectContext } from '#test/builders/context.ts';
import { structureSet } from '#test/builders/structureSet.ts';

/** PTV made from BODY, the marker locked, reviewed, with a history. */
function annotated(): StructureSet {
  const set = structureSet(3);
  const sources = sourcesFingerprint(parseRecipe('PTV = margin(BODY, -5)'), set.rois) ?? '';
  return {
    ...set,
    rois: set.rois.map((roi) => {
      if (roi.name === 'PTV')
        return { ...roi, derivation: { ...pendingDerivation('margin(BODY, -5)', roi.contours), sources } };
      return roi.name === 'Fiducial' ? { ...roi, locked: true } : roi;
    }),
    approval: { status: 'APPROVED', reviewer: 'Müller^Eva', reviewedAt: '2026-11-02T08:09:10' },
    history: [{ at: '2026-11-02T08:00:00', by: 'A^B', edit: 'Zeichne „PTV“', rois: ['PTV', 'BODY'], times: 3 }],
  };
}
const written = (set: StructureSet): Uint8Array => writeStructureSet(set, objectContext('RTSTRUCT', 3));

describe('what a structure set says beyond contours', () => {
  it('comes back: recipes, locks, approval, history; a derived ROI still holds', () => {
    const set = annotated();
    const read = readStructureSet(written(set));
    expect(read.rois.map(({ derivation, locked }) => ({ derivation, locked }))).toEqual(
      set.rois.map(({ derivation, locked }) => ({ derivation, locked })),
    );
    expect(read.approval).toEqual(set.approval);
    expect(read.history).toEqual(set.history);
    expect(derivationStatuses(read.rois)).toEqual(new Map([[2, { state: 'current' }]]));
    expect(read.warnings).toEqual([]);
  });

  it('is stale where a source is another than it was made from', () => {
    const set = annotated();
    const moved = set.rois.map((roi) => (roi.name === 'BODY' ? { ...roi, contours: roi.contours.slice(1) } : roi));
    const read = readStructureSet(written({ ...set, rois: moved }));
    expect(derivationStatuses(read.rois).get(2)).toEqual({ state: 'stale' });
  });

  it('survives an archive that keeps implicit VR', () => {
    const { dataset } = readPart10(written(annotated()));
    const implicit = writePart10(dataset, IMPLICIT_LITTLE_ENDIAN);
    expect(readStructureSet(implicit)).toEqual(readStructureSet(written(annotated())));
  });

  it('of which none is said reads as none, and other makers’ blocks are not ours', () => {
    const read = readStructureSet(written(structureSet(3)));
    expect(read).not.toHaveProperty('approval');
    expect(read).not.toHaveProperty('history');
    expect(read.rois.every((roi) => !('derivation' in roi) && !('locked' in roi))).toBe(true);
  });

  it('that cannot be understood is said and left out', () => {
    const bytes = written(annotated());
    const text = Buffer.from(bytes).toString('latin1');
    const broken = Buffer.from(text.replace('{"derivation":{"recipe"', '{"derivation":{"recipa"'), 'latin1');
    const read = readStructureSet(broken);
    expect(read.warnings.join()).toContain('"PTV": its recipe cannot be read');
    expect(read.rois[1]).not.toHaveProperty('derivation');
  });

  it.each([
    [{ ReviewDate: '20240229', ReviewTime: '1015', ReviewerName: 'X' }, '2024-02-29T10:15:00'],
    [{ ReviewDate: '20240229' }, '2024-02-29'],
    [{}, ''],
  ] as [{ ReviewDate?: string; ReviewTime?: string; ReviewerName?: string }, string][])(
    'a review of another maker, %j',
    (attributes, reviewedAt) => {
      const other = writePart10(
        {
          SOPClassUID: RT_STRUCTURE_SET,
          SOPInstanceUID: '1.2.3',
          StructureSetLabel: 'Other',
          ApprovalStatus: 'REJECTED',
          ...attributes,
        },
        IMPLICIT_LITTLE_ENDIAN,
      );
      const { approval } = readStructureSet(other);
      expect(approval).toEqual({ status: 'REJECTED', reviewer: attributes.ReviewerName ?? '', reviewedAt });
    },
  );
});
