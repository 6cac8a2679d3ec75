import { rm } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { locateAll } from '#main/host/locateQueued.ts';
import { queuedObject } from '#main/transfers/queuedObject.ts';
import { ctSlice, plan, scratchArchive, store } from '../archive/objects.ts';

it('finds each queued object, of its patient and with its bytes, and says what is gone or another', async () => {
  await using scene = await scratchArchive();
  const { archive } = scene;
  for (let n = 1; n <= 12; n++) await store(archive, ctSlice(n));
  await store(archive, plan());
  const { patientKey } = await store(archive, ctSlice(1, { PatientName: 'DOE^JANE' }));
  await store(archive, ctSlice(2, { SeriesDescription: 'changed' }));
  const [jane] = await archive.locate({ patientKey });
  const john = (await archive.locate({})).filter((object) => object.patientKey !== patientKey);
  const [variant] = await archive.locate({ sopInstanceUid: '1.2.3.2.2', variant: 1 });
  const all = [...john, jane, variant];
  const expected = all.map(({ file, sopInstanceUid }) => ({ path: file, sopInstanceUid }));
  expect(await locateAll(archive, all.map(queuedObject))).toEqual(expected);
  expect(new Set(expected.map(({ path }) => path)).size).toBe(15);

  await rm(john[3].file);
  const changed = { ...queuedObject(john[0]), identity: `${john[0].sopInstanceUid}~0000000000000000.dcm` };
  const unknown = { ...queuedObject(john[0]), sopInstanceUid: '9.9' };
  const results = await locateAll(archive, [changed, unknown, ...john.slice(2).map(queuedObject)]);
  expect(results.slice(0, 4)).toEqual([
    expect.objectContaining({ code: 'CONFLICT' }),
    expect.objectContaining({ code: 'NOT_FOUND' }),
    expected[2],
    expect.objectContaining({ code: 'NOT_FOUND' }),
  ]);
});
