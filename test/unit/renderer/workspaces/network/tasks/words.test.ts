import { expect, test } from 'vitest';
import { deliveryWarning, objectsText } from '#renderer/workspaces/network/tasks/words.ts';
import { RT_PLAN } from '#shared/dicom/uid.ts';

test('a task names its plan, and counts what has no label', () => {
  const set = { typeOfInstances: 'DICOM', studyInstanceUid: '1', seriesInstanceUid: '2', from: 'A' };
  const ct = '1.2.840.10008.5.1.4.1.1.2';
  const objects = [
    { sopClassUid: RT_PLAN, sopInstanceUid: '3', label: 'Prostate' },
    { sopClassUid: ct, sopInstanceUid: '4' },
    { sopClassUid: ct, sopInstanceUid: '5' },
  ];
  expect(objectsText([{ ...set, objects }])).toBe('RT Plan “Prostate”, 2 × CT Image');
});

test('only an approved plan goes to delivery without a word', () => {
  expect(deliveryWarning('P', 'APPROVED')).toBe('');
  expect(deliveryWarning('P', 'UNAPPROVED')).toContain('“P” is not approved');
  expect(deliveryWarning('P', 'REJECTED')).toContain('“P” was rejected');
  expect(deliveryWarning('P', undefined)).toContain('not known here');
});
