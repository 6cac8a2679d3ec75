import { describe, expect, it } from 'vitest';
import type { NetworkClient } from '#main/server/services.ts';
import { CT_SERIES, ctSlice, plan, STRUCTURES, store, structureSet } from '../archive/objects.ts';
import { serverScene } from './scene.ts';

const NODE = { id: 'pacs', name: 'PACS', aeTitle: 'ORTHANC', host: '127.0.0.1', port: 4242 };
const file = (name: string, bytes: Uint8Array): File => new File([new Uint8Array(bytes)], name);

describe('RPC through the client of the page', () => {
  it('lists patients and their tree', async () => {
    await using scene = await serverScene();
    for (const object of [ctSlice(1), ctSlice(2), structureSet(CT_SERIES), plan()]) await store(scene.archive, object);
    const [patient] = await scene.client.patients.list({ search: 'doe' });
    expect(patient).toMatchObject({
      patientName: 'DOE^JOHN',
      studies: 1,
      instances: 4,
      modalities: ['CT', 'RTPLAN', 'RTSTRUCT'],
      conflicts: [],
    });
    expect(await scene.client.patients.list({ search: 'nobody' })).toEqual([]);
    await expect(scene.client.patients.list({ limit: 100_000 })).rejects.toThrow();
    const { tree } = await scene.client.patients.tree({ key: patient.key });
    expect(tree[0].series.map((series) => [series.modality, series.instanceCount, series.objects.length])).toEqual([
      ['CT', 2, 0],
      ['RTSTRUCT', 1, 1],
      ['RTPLAN', 1, 1],
    ]);
    expect(tree[0].series[2].objects[0].references).toEqual({
      instances: [STRUCTURES],
      series: [CT_SERIES],
      by: 'uid',
    });
    expect(await scene.client.system.info()).toMatchObject({ aeTitle: 'ISOCENTER', instances: 4 });
  });

  it('carries code, object and attribute of an error', async () => {
    await using scene = await serverScene();
    await expect(scene.client.patients.tree({ key: 'nobody' })).rejects.toMatchObject({
      code: 'NOT_FOUND',
      message: 'no such patient in the archive',
      data: { code: 'NOT_FOUND', object: 'nobody' },
    });
    await expect(scene.client.nodes.echo({ id: 'nowhere' })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('tells nothing of unexpected errors but logs them', async () => {
    const network: NetworkClient = {
      echo: () => Promise.reject(new Error('secret path')),
    };
    await using scene = await serverScene({ network });
    await scene.client.nodes.save(NODE);
    const failure = scene.client.nodes.echo({ id: 'pacs' });
    await expect(failure).rejects.toMatchObject({ code: 'INTERNAL' });
    await expect(failure).rejects.not.toThrow(/secret/);
    expect(JSON.stringify(await scene.client.system.log())).toContain('secret path');
  });

  it('imports a dropped file, or says why not', async () => {
    await using scene = await serverScene();
    const drop = (name: string, bytes: Uint8Array) =>
      scene.client.archive.importFile({ name, file: file(name, bytes) });
    expect(await drop('a.dcm', ctSlice(1))).toEqual({ imported: 1, duplicates: 0, conflicts: [], refused: [] });
    expect(await drop('a.dcm', ctSlice(1))).toMatchObject({ imported: 0, duplicates: 1 });
    expect(await drop('b.dcm', ctSlice(1, { SeriesDescription: 'x' }))).toMatchObject({
      imported: 1,
      conflicts: [{ file: 'b.dcm' }],
    });
    expect(await drop('c.txt', Buffer.from('text'))).toMatchObject({ refused: [{ file: 'c.txt', code: 'NOT_DICOM' }] });
    expect(Buffer.from(await scene.archive.read('1.2.3.2.1'))).toEqual(Buffer.from(ctSlice(1)));
  });

  it('keeps nodes across a restart, replaces by id, removes, and refuses invalid ones', async () => {
    await using scene = await serverScene();
    const { nodes } = scene.client;
    expect(await nodes.list()).toEqual([]);
    await Promise.all([nodes.save(NODE), nodes.save({ ...NODE, id: 'other' })]);
    await nodes.save({ ...NODE, port: 104 });
    expect((await nodes.list()).map(({ id, port }) => [id, port])).toEqual(
      expect.arrayContaining([
        ['pacs', 104],
        ['other', 4242],
      ]),
    );
    expect(await nodes.remove({ id: 'other' })).toEqual({ removed: true });
    expect(await nodes.remove({ id: 'other' })).toEqual({ removed: false });
    for (const bad of [
      { port: 0 },
      { port: 65536 },
      { aeTitle: '' },
      { aeTitle: ' X' },
      { aeTitle: 'A\\B' },
      { aeTitle: 'SEVENTEEN_LETTERS' },
    ])
      await expect(nodes.save({ ...NODE, ...bad }), JSON.stringify(bad)).rejects.toMatchObject({ code: 'BAD_REQUEST' });
    expect(await nodes.list()).toEqual([{ ...NODE, port: 104 }]);
  });

  it('tells of every object stored after the first heartbeat, and stops when left', async () => {
    await using scene = await serverScene();
    const events = await scene.client.archive.events();
    expect((await events.next()).value).toEqual({ event: 'heartbeat' });
    await store(scene.archive, ctSlice(1));
    await store(scene.archive, ctSlice(2));
    const [{ key }] = await scene.archive.patients();
    for (const sopInstanceUid of ['1.2.3.2.1', '1.2.3.2.2'])
      expect((await events.next()).value).toEqual({ event: 'stored', patientKey: key, sopInstanceUid, source: 'test' });
    await events.return?.();
  });
});
