import { describeError, IsocenterError } from '../../contract/errors.ts';
import { readPart10 } from '../codec/part10.ts';
import { nameOfUid } from '../uid.ts';
import { CONSISTENCY } from './validateConsistency.ts';
import { checkRequired, knowsClass } from './validateRules.ts';
import { checkValues, type Report } from './validateValues.ts';

/** At most this many findings of a kind are listed: one systematic fault can occur in every contour. */
const MOST = 200;

/**
 * Checks an object: readable at all, values against their VR and multiplicity, required attributes of its IOD (CT, MR, PET image, RT
 * Structure Set, Plan, Dose, Spatial Registration), and whether its parts agree (numbers referenced exist, counts are right, geometry makes
 * sense). An object that cannot be read gives that one error; this never throws for bad input.
 */
export function validateObject(bytes: Uint8Array, name?: string): { errors: string[]; warnings: string[] } {
  const report: Report = { errors: [], warnings: [] };
  attempt(report, () => {
    const { dataset, meta, warnings } = readPart10(bytes, name);
    report.warnings.push(...warnings);
    const sopClass = dataset.string('SOPClassUID');
    if (!knowsClass(sopClass)) report.warnings.push(`${nameOfUid(sopClass)}: attributes of this class are not checked`);
    if (meta !== undefined)
      for (const [inMeta, inSet] of [
        ['MediaStorageSOPClassUID', 'SOPClassUID'],
        ['MediaStorageSOPInstanceUID', 'SOPInstanceUID'],
      ])
        if (meta.string(inMeta) !== dataset.string(inSet)) report.errors.push(`${inMeta}: differs from ${inSet}`);
    checkValues(dataset, report);
    attempt(report, () => checkRequired(dataset, report));
    attempt(report, () => CONSISTENCY[sopClass]?.(dataset, report));
  });
  return { errors: listed(report.errors), warnings: listed(report.warnings) };
}

function attempt(report: Report, check: () => void): void {
  try {
    check();
  } catch (error) {
    if (!(error instanceof IsocenterError)) throw error;
    report.errors.push(describeError(error));
  }
}

const listed = (findings: readonly string[]): string[] =>
  findings.length <= MOST ? [...findings] : [...findings.slice(0, MOST), `… and ${findings.length - MOST} more`];
