import type { PatientSummary } from '#shared/contract/rpc/patients.ts';
import { IsocenterError } from '#shared/contract/errors.ts';

type Person = Pick<PatientSummary, 'patientId' | 'patientName' | 'patientBirthDate' | 'patientSex'>;

/** Family and given name of the alphabetic group, whatever their case: middle names and titles come and go between systems. */
function nameOf({ patientName }: Person): string {
  const [alphabetic] = patientName.split('=');
  const [family = '', given = ''] = alphabetic.split('^');
  return `${family.trim()}^${given.trim()}`.toLowerCase();
}

/**
 * Objects of one person must never be reported for another: the same ID, and nothing that contradicts.
 * @param person whom a step or task of another system is about
 * @param held whom the objects of the archive are of
 * @throws IsocenterError CONFLICT naming what differs
 */
export function checkSamePerson(person: Person, held: Person, object: string): void {
  const differs = (attribute: string, theirs: string, ours: string): IsocenterError =>
    new IsocenterError(
      'CONFLICT',
      `is about another patient than the objects: ${theirs || '(none)'}, not ${ours || '(none)'}`,
      {
        object,
        attribute,
      },
    );
  if (person.patientId !== held.patientId) throw differs('PatientID', person.patientId, held.patientId);
  if (nameOf(person) !== nameOf(held)) throw differs('PatientName', person.patientName, held.patientName);
  for (const [attribute, theirs, ours] of [
    ['PatientBirthDate', person.patientBirthDate, held.patientBirthDate],
    ['PatientSex', person.patientSex, held.patientSex],
  ])
    if (theirs !== '' && ours !== '' && theirs !== ours) throw differs(attribute, theirs, ours);
}
