import { describe, expect, it } from 'vitest';
import { readPart10 } from '#shared/dicom/codec/part10.ts';
import { readDose, writeDose } from '#shared/dicom/dose/rtDose.ts';
import { doseRemarks, unfitReason, unsavableReason, withUnitsRemark } from '#shared/dosimetry/standing/doseStanding.ts';
import { objectContext } from '#test/builders/context.ts';
import { dose } from '#test/builders/dose.ts';
import { plan } from '#test/builders/plan.ts';

const provenance = dose().provenance!;
const approximate = dose(1, { provenance: { ...provenance, approximate: true, reasons: ['pencil beam', 'coarse'] } });
const { basis: _, ...early } = provenance;

describe('what a dose may stand for', () => {
  it('is said in words, the worst first', () => {
    const kinds = (...args: Parameters<typeof doseRemarks>) => doseRemarks(...args).map(({ kind }) => kind);
    expect(kinds(dose())).toEqual([]);
    expect(kinds(approximate, 'beam 1 was changed')).toEqual(['stale', 'approximate']);
    expect(kinds(dose(1, { provenance: early }))).toEqual(['unchecked']);
    expect(doseRemarks(dose(1, { provenance: undefined, maker: 'Acme Planner' }))[0].reason).toMatch(
      /from Acme Planner/,
    );
    expect(unfitReason(approximate)).toBe('approximate dose: pencil beam; coarse');
  });

  it('an imported dose may leave as it came, but not be written as one of ours', () => {
    const foreign = dose(1, { provenance: undefined });
    expect(unfitReason(foreign)).toBeUndefined();
    expect(unsavableReason(foreign)).toMatch(/unknown origin/);
    expect(unfitReason(foreign, 'another plan')).toBe('stale dose: another plan');
  });

  it('an approximate dose says so in the RT Dose, where other systems show it', () => {
    const { dataset } = readPart10(writeDose(approximate, objectContext('RTDOSE')));
    expect(dataset.string('DoseComment')).toBe('APPROXIMATE DOSE. NOT VALIDATED FOR CLINICAL USE');
    expect(dataset.string('SeriesDescription')).toMatch(/^APPROXIMATE DOSE\. /);
    expect(readDose(writeDose(approximate, objectContext('RTDOSE'))).provenance).toEqual(approximate.provenance);
    expect(readPart10(writeDose(dose(), objectContext('RTDOSE'))).dataset.string('SeriesDescription')).not.toMatch(
      /APPROX/,
    );
  });

  it('a plan tells where its monitor units come from, until a final dose gives others', () => {
    const marked = withUnitsRemark(plan(1, { description: 'Boost' }), approximate);
    expect(marked.description).toBe('MONITOR UNITS FROM AN APPROXIMATE DOSE. Boost');
    expect(withUnitsRemark(marked, approximate)).toBe(marked);
    expect(withUnitsRemark(marked, dose()).description).toBe('Boost');
  });
});
