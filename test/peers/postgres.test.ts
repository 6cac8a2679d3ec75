import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openArchive } from '#main/archive/archive.ts';
import { openIndex } from '#main/archive/index/archiveIndex.ts';
import { configOf } from '#main/archive/index/storage/postgresAddress.ts';
import { SCHEMA_VERSION } from '#main/archive/index/storage/schema.ts';
import { describeCounting } from '#test/unit/main/archive/index/bodies/counting.ts';
import { describePatients } from '#test/unit/main/archive/index/bodies/patients.ts';
import { describeQuerying } from '#test/unit/main/archive/index/bodies/querying.ts';
import { describeReferences } from '#test/unit/main/archive/index/bodies/references.ts';
import { describeRows } from '#test/unit/main/archive/index/bodies/rows.ts';
import { enter, indexScene } from '#test/unit/main/archive/index/indexScene.ts';
import { ctSlice, scratch, scratchArchive, store } from '#test/unit/main/archive/objects.ts';
import { makeAuthority } from './harness/certificates.ts';
import { postgresMissing } from './harness/missing.ts';
import { type RunningPostgres, startPostgres, withClient } from './harness/postgres.ts';

describe.skipIf(postgresMissing())('an index in PostgreSQL', () => {
  let postgres: RunningPostgres;
  beforeAll(async () => {
    postgres = await startPostgres();
  }, 60_000);
  afterAll(() => postgres?.stop());

  const archive = async () => scratchArchive({ index: await postgres.newSchema() });
  const index = async () => indexScene(await postgres.newSchema(), async () => undefined);
  describeQuerying(archive);
  describeRows(index);
  describePatients(archive);
  describeReferences(archive);
  describeCounting(index);

  it('is one for all workstations: what one stores the others find, and several may open it at once', async () => {
    await using folder = await scratch();
    const url = await postgres.newSchema();
    const stations = await Promise.all([1, 2, 3].map(() => openArchive(folder.dir, { index: url })));
    const slices = Array.from({ length: 30 }, (_, n) => ctSlice(n));
    // All of them store all of it, at the same time.
    const outcomes = await Promise.all(stations.flatMap((station) => slices.map((slice) => store(station, slice))));
    expect(outcomes.filter(({ outcome }) => outcome === 'stored')).toHaveLength(30);
    expect(outcomes.filter(({ outcome }) => outcome === 'duplicate')).toHaveLength(60);
    for (const station of stations) {
      expect(await station.count()).toBe(30);
      expect(Buffer.from(await station.read('1.2.3.2.7'))).toEqual(Buffer.from(slices[7]));
      await station.close();
    }
    const again = await openArchive(folder.dir, { index: url });
    expect(await again.query({ level: 'study' })).toMatchObject([{ NumberOfStudyRelatedInstances: 30 }]);
    await again.close();
  });

  it('says so when it is gone, keeps nothing half, and goes on when it is back', async () => {
    await using scene = await archive();
    await store(scene.archive, ctSlice(1));
    await postgres.kill();
    try {
      await expect(scene.archive.query({ level: 'study' })).rejects.toMatchObject({
        code: 'NETWORK',
        object: expect.stringMatching(/^index 127\.0\.0\.1:\d+\/postgres$/) as string,
      });
      await expect(store(scene.archive, ctSlice(2))).rejects.toMatchObject({ code: 'NETWORK' });
      await expect(openIndex(postgres.url)).rejects.toMatchObject({ code: 'NETWORK' });
    } finally {
      await postgres.start();
    }
    expect(await scene.archive.count()).toBe(1);
    expect((await store(scene.archive, ctSlice(2))).variant).toBe(0);
    expect(await scene.archive.count()).toBe(2);
  });

  it('never says stored for what a lost connection may have taken with it', async () => {
    await using scene = await index();
    const adding = Array.from({ length: 200 }, (_, n) => enter(scene.index, ctSlice(n), `objects/${n}.dcm`));
    await adding[40];
    await withClient(postgres.url, (client) =>
      client.query(
        `select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid() and application_name = 'isocenter'`,
      ),
    );
    const outcomes = await Promise.allSettled(adding);
    const paths = outcomes.flatMap(({ status }, n) => (status === 'fulfilled' ? [`objects/${n}.dcm`] : []));
    expect(await scene.other.known(paths).catch(() => scene.other.known(paths))).toEqual(new Set(paths));
    await enter(scene.index, ctSlice(500), 'objects/500.dcm');
    const [study] = await scene.index.query({ level: 'study' });
    expect(study.NumberOfStudyRelatedInstances).toBe(await scene.index.count());
  });

  it('made by a newer program is refused and left alone', async () => {
    const url = await postgres.newSchema();
    const first = await openIndex(url);
    await enter(first, ctSlice(1));
    await first.setNote('some', 'thing');
    await first.close();
    const setVersion = (version: number) =>
      withClient(url, (client) =>
        client.query(`update note set value = $1 where name = 'schema version'`, [String(version)]),
      );
    await setVersion(SCHEMA_VERSION + 1);
    await expect(openIndex(url)).rejects.toMatchObject({
      code: 'STORAGE',
      message: expect.stringContaining('newer') as string,
    });
    await setVersion(SCHEMA_VERSION);
    const again = await openIndex(url);
    expect(await again.count()).toBe(1);
    await again.close();
    // An older one is thrown away with all that was noted in it.
    await setVersion(SCHEMA_VERSION - 1);
    const renewed = await openIndex(url);
    expect([await renewed.count(), await renewed.note('some')]).toEqual([0, undefined]);
    await renewed.close();
  });

  it.each([
    ['no URL', 'postgresql://', 'INVALID_ATTRIBUTE'],
    ['unverified TLS', 'postgresql://a:secret@b/c?sslmode=prefer', 'INVALID_ATTRIBUTE'],
    ['what would turn checks off', 'postgresql://a:secret@b/c?uselibpqcompat=true', 'INVALID_ATTRIBUTE'],
    ['nobody there', 'postgresql://a:secret@127.0.0.1:1/c', 'NETWORK'],
  ])('refuses %s without repeating the password', async (_, url, code) => {
    const error = await openIndex(url).catch((refused: unknown) => refused);
    expect(error).toMatchObject({ code });
    expect(String(error) + JSON.stringify(error)).not.toContain('secret');
  });

  it('is spoken to by TLS beyond this computer, and only to a server whose certificate is trusted', async () => {
    expect(configOf('postgresql://a@127.0.0.1/c').connectionString).not.toContain('sslmode');
    for (const remote of ['postgresql://a@db.clinic/c', 'postgresql://a@localhost/c?host=db.clinic'])
      expect(configOf(remote).connectionString).toContain('sslmode=verify-full');
    expect(configOf('postgresql://a@db.clinic/c?sslmode=disable').connectionString).toContain('sslmode=disable');

    await using folder = await scratch();
    const authority = makeAuthority(folder.dir, 'clinic');
    const stranger = makeAuthority(folder.dir, 'stranger');
    const secure = await startPostgres(authority.issue('localhost'));
    const url = (root: string, host = 'localhost') =>
      `${secure.url.replace('127.0.0.1', host)}?sslmode=verify-full&sslrootcert=${encodeURIComponent(root)}`;
    try {
      const index = await openIndex(url(authority.certificateFile));
      const { rows } = await sql<{ ssl: boolean }>`select ssl from pg_stat_ssl where pid = pg_backend_pid()`.execute(
        index.db,
      );
      expect(rows).toEqual([{ ssl: true }]);
      await index.close();
      for (const wrong of [url(stranger.certificateFile), url(authority.certificateFile, '127.0.0.1')])
        await expect(openIndex(wrong)).rejects.toMatchObject({ code: 'NETWORK' });
    } finally {
      await secure.stop();
    }
  });
});
