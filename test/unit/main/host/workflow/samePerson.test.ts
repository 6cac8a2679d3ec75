import { describe, expect, it } from 'vitest';
import { checkSamePerson } from '#main/host/workflow/samePerson.ts';

const PERSON = { patientId: 'P1', patientName: 'Doe^John', patientBirthDate: '19500102', patientSex: 'M' };

describe('whether a step is about the patient of the objects', () => {
  it.each([{}, { patientName: 'DOE^JOHN^A=山田^太郎' }, { patientBirthDate: '' }, { patientSex: '' }])(
    'the same: %j',
    (change) => {
      expect(() => checkSamePerson({ ...PERSON, ...change }, PERSON, 'step')).not.toThrow();
    },
  );

  it.each([
    ['PatientID', { patientId: 'P2' }],
    ['PatientName', { patientName: 'Doe^Jane' }],
    ['PatientName', { patientName: '' }],
    ['PatientBirthDate', { patientBirthDate: '19500103' }],
    ['PatientSex', { patientSex: 'F' }],
  ])('another by %s: %j', (attribute, change) => {
    expect(() => checkSamePerson({ ...PERSON, ...change }, PERSON, 'step')).toThrow(
      expect.objectContaining({ code: 'CONFLICT', attribute }),
    );
  });
});
