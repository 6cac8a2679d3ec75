import { expect, test } from 'vitest';
import { commitmentContent } from '#main/host/workflow/commitmentContent.ts';
import { ctSlice, plan, scratchArchive } from '#test/unit/main/archive/objects.ts';

test('objects are told by patient, modality and label; unknown ones are left out', async () => {
  await using scratch = await scratchArchive();
  const objects = [{ sopClassUid: '1.2.840.10008.5.1.4.1.1.2', sopInstanceUid: '9.9' }];
  for (const bytes of [ctSlice(1), ctSlice(2), plan()])
    objects.push(await scratch.archive.store(bytes, { source: 'test' }));
  const content = await commitmentContent(scratch.archive, objects);
  expect(content.map(({ patientId, modality, count }) => [patientId, modality, count])).toEqual([
    ['P1', 'CT', 2],
    ['P1', 'RTPLAN', 1],
  ]);
  expect(content[0].label).toBe('');
  expect(content[1].label).not.toBe('');
});
