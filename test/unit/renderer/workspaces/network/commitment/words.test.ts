import { expect, test } from 'vitest';
import { contentText, patientTexts } from '#renderer/workspaces/network/commitment/words.ts';
import type { Commitment } from '#shared/contract/rpc/commitment.ts';

const object = { sopClassUid: '1', sopInstanceUid: '2', outcome: 'pending' } as const;
const asked: Commitment = {
  transactionUid: '1', nodeId: 'a', node: 'A', requested: '', state: 'waiting', objects: [object, object, object, object],
}; // biome-ignore format: a list
const whose = { patientName: 'Doe^Jane', patientId: 'P1' };

test('a transaction says whose objects it is about, what they are, and what nobody knows any more', () => {
  const content = [
    { ...whose, modality: 'CT', label: '', count: 2 },
    { ...whose, modality: 'RTPLAN', label: 'Prostate', count: 1 },
  ];
  expect(patientTexts({ ...asked, content })).toEqual([expect.stringMatching(/Doe.*Jane.*\(P1\)/)]);
  expect(contentText({ ...asked, content })).toBe('2 × CT, RTPLAN “Prostate”, 1 other object');
  expect(patientTexts(asked)).toEqual(['not known']);
  expect(contentText(asked)).toBe('4 objects');
});
