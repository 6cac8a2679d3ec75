import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openArchive } from '#main/archive/archive.ts';
import { followArrivals } from '#main/host/arrivalEvents.ts';
import { FOUND_ON_DISK } from '#main/transfers/routing/match.ts';
import { ctSlice, scratchArchive, store } from '../archive/objects.ts';

const failed = (error: unknown): never => {
  throw error;
};

it('tells what its own and other processes store, each object once, and nothing after a rebuild', async () => {
  await using scene = await scratchArchive();
  const { archive, dir } = scene;
  await store(archive, ctSlice(1));
  const arrivals = await followArrivals(archive, failed);
  const told: string[] = [];
  arrivals.events.subscribe(({ result, source }) => told.push(`${source} ${result.sopInstanceUid} ${result.outcome}`));
  await store(archive, ctSlice(2));
  expect(told).toEqual(['test 1.2.3.2.2 stored']);
  // A second archive over the same folder is to the first what another process is.
  const other = await openArchive(dir);
  await other.store(ctSlice(3), { source: 'import' });
  await other.store(ctSlice(2, { SeriesDescription: 'changed' }), { source: 'PACS' });
  await arrivals.look();
  expect(told.slice(1)).toEqual(['import 1.2.3.2.3 stored', 'PACS 1.2.3.2.2 conflict']);
  await other.close();
  await archive.rebuild();
  await arrivals.look();
  expect(told).toHaveLength(3);
  // What routing takes as "may have come from anywhere" is what the archive writes.
  expect(new Set((await archive.arrivals(0, 10)).map(({ source }) => source))).toEqual(new Set([FOUND_ON_DISK]));
  await store(archive, ctSlice(4));
  await arrivals.look();
  expect(told.slice(3)).toEqual(['test 1.2.3.2.4 stored']);
  await arrivals.close();
});

it('walks along the positions: arrivals in order, after a position, no more than asked for', async () => {
  await using scene = await scratchArchive();
  expect(await scene.archive.lastPosition()).toBe(0);
  for (let n = 1; n <= 5; n++) await store(scene.archive, ctSlice(n));
  const all = await scene.archive.arrivals(0, 10);
  expect(all.map(({ sopInstanceUid }) => sopInstanceUid)).toEqual([1, 2, 3, 4, 5].map((n) => `1.2.3.2.${n}`));
  expect(all[0]).toMatchObject({
    patientName: 'DOE^JOHN',
    patientId: 'P1',
    source: 'test',
    variant: 0,
    modality: 'CT',
  });
  expect(all[0].file.startsWith(join(scene.dir, 'objects'))).toBe(true);
  expect(await scene.archive.arrivals(all[1].position, 2)).toEqual(all.slice(2, 4));
  expect(await scene.archive.lastPosition()).toBe(all[4].position);
});
