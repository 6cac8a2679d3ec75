import { afterEach, describe, expect, it } from 'vitest';
import { listen } from '#main/network/listen.ts';
import { storeHandlers } from '#main/services/storeScp.ts';
import type { SendEvent } from '#shared/contract/rpc/nodes.ts';
import { freePort } from '#test/peers/harness/process.ts';
import { ctSlice, PLAN, plan, store } from '../archive/objects.ts';
import { serverScene } from './scene.ts';

const open: { close(): unknown }[] = [];
afterEach(async () => {
  for (const each of open.splice(0)) await each.close();
});

/** A storage SCP; `status` of each object, 0 unless said. */
async function receiver(port = 0, status: (uid: string) => number = () => 0) {
  const received: string[] = [];
  const handlers = storeHandlers(({ sopInstanceUid }) => {
    let text = '';
    return {
      write: (chunk) => {
        text += Buffer.from(chunk).toString('latin1');
      },
      finish: async () => {
        received.push(/DOE\^J\w+/.exec(text)?.[0] ?? '');
        return { status: status(sopInstanceUid) };
      },
      abort: () => undefined,
    };
  });
  const listener = await listen({ port, host: '127.0.0.1', aeTitle: 'PACS', handlers });
  open.push(listener);
  return { received, node: { id: 'pacs', name: 'PACS', aeTitle: 'PACS', host: '127.0.0.1', port: listener.port } };
}

async function all<T>(events: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const event of events) list.push(event);
  return list;
}

describe('sending through the client of the page', () => {
  it('tells of each object, also of one that is not there', async () => {
    await using scene = await serverScene();
    const { node } = await receiver(0, (uid) => (uid === PLAN ? 0x0122 : 0));
    for (const object of [ctSlice(1), plan()]) await store(scene.archive, object);
    await scene.client.nodes.save(node);
    const events: SendEvent[] = await all(
      await scene.client.nodes.send({ id: 'pacs', sopInstanceUids: ['1.2.3.2.1', '9.9', PLAN] }),
    );
    const results = events.filter((event) => event.event === 'result');
    expect(results.map(({ sopInstanceUid, label, ok, status }) => [sopInstanceUid, label, ok, status])).toEqual([
      ['9.9', '', false, 'NOT_FOUND'],
      ['1.2.3.2.1', 'CT', true, '0000'],
      [PLAN, 'Lung', false, '0122'],
    ]);
    expect(events[0]).toEqual({ event: 'progress', done: 0, total: 3 });
    expect(events.findLast(({ event }) => event === 'progress')).toEqual({ event: 'progress', done: 3, total: 3 });
    expect(await scene.client.transfers.list({})).toMatchObject([
      { state: 'failed', patient: 'DOE JOHN · P1', content: 'CT, RTPLAN', sent: 1, failed: 1, why: 'user' },
    ]);
    const [{ id }] = await scene.client.transfers.list({});
    expect(await scene.client.transfers.objects({ id, failed: true })).toMatchObject([{ sopInstanceUid: PLAN }]);
  });

  it('sends the object of the patient that is meant, and none when it cannot know', async () => {
    await using scene = await serverScene();
    const { node, received } = await receiver();
    await store(scene.archive, ctSlice(1));
    const { patientKey } = await store(scene.archive, ctSlice(1, { PatientName: 'DOE^JANE' }));
    await scene.client.nodes.save(node);
    const guess = await all(await scene.client.nodes.send({ id: 'pacs', sopInstanceUids: ['1.2.3.2.1'] }));
    expect(guess).toContainEqual(expect.objectContaining({ event: 'result', ok: false, status: 'CONFLICT' }));
    expect(received).toEqual([]);
    await all(await scene.client.nodes.send({ id: 'pacs', sopInstanceUids: ['1.2.3.2.1'], patientKey }));
    expect(received).toEqual(['DOE^JANE']);
  });

  it('goes on when nobody listens any more, waits for a peer that is down, and can be cancelled', async () => {
    await using scene = await serverScene();
    const port = await freePort();
    await store(scene.archive, ctSlice(1));
    await scene.client.nodes.save({ id: 'pacs', name: 'PACS', aeTitle: 'PACS', host: '127.0.0.1', port });
    const events = await scene.client.nodes.send({ id: 'pacs', sopInstanceUids: ['1.2.3.2.1'] });
    for await (const event of events) if (event.event === 'transfer' && event.transfer.state === 'retrying') break;
    const [{ id, state, reason, nextAttempt }] = await scene.client.transfers.list({});
    expect(state).toBe('retrying');
    expect(reason).toMatch(/refused/i);
    expect(Date.parse(nextAttempt ?? '')).toBeGreaterThan(Date.now());
    const { received } = await receiver(port);
    const followed = await scene.client.transfers.events();
    expect((await followed.next()).value).toEqual({ event: 'heartbeat' });
    await scene.client.transfers.retry({ id });
    for await (const event of followed) if (event.event === 'transfer' && event.transfer.state === 'done') break;
    expect(received).toEqual(['DOE^JOHN']);
    expect((await scene.client.transfers.cancel({ id })).state).toBe('done');
    await expect(scene.client.transfers.cancel({ id: 99 })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  it('ends with a word for every object when the transfer is cancelled', async () => {
    await using scene = await serverScene();
    const port = await freePort();
    await store(scene.archive, ctSlice(1));
    await scene.client.nodes.save({ id: 'pacs', name: 'PACS', aeTitle: 'PACS', host: '127.0.0.1', port });
    const events: SendEvent[] = [];
    let cancelled = 0;
    for await (const event of await scene.client.nodes.send({ id: 'pacs', sopInstanceUids: ['1.2.3.2.1'] })) {
      events.push(event);
      if (event.event === 'transfer' && event.transfer.state === 'retrying')
        cancelled += (await scene.client.transfers.cancelNode({ node: 'pacs' })).cancelled;
    }
    expect(cancelled).toBe(1);
    expect(events).toContainEqual(
      expect.objectContaining({ event: 'result', ok: false, status: 'CANCELLED', reason: 'cancelled by the user' }),
    );
  });
});

describe('routing rules through the client of the page', () => {
  it('are kept, replaced by id, removed, and refused when they cannot work', async () => {
    await using scene = await serverScene();
    const { routing, nodes } = scene.client;
    const rule = { id: 'r', name: 'CT on', enabled: true, node: 'pacs' };
    await expect(routing.save(rule)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await nodes.save({ id: 'pacs', name: 'PACS', aeTitle: 'PACS', host: '127.0.0.1', port: 104 });
    for (const bad of [{ name: '' }, { modalities: ['ct\\mr'] }, { sopClasses: ['CT'] }, { quietSeconds: -1 }])
      await expect(routing.save({ ...rule, ...bad }), JSON.stringify(bad)).rejects.toMatchObject({
        code: 'BAD_REQUEST',
      });
    await routing.save(rule);
    await routing.save({ ...rule, modalities: ['CT'] });
    expect(await routing.list()).toEqual([
      { ...rule, from: '*', modalities: ['CT'], sopClasses: [], patientId: '*', attributes: [], priority: 'normal', quietSeconds: 0 },
    ]); // biome-ignore format: one line reads best
    expect([await routing.remove({ id: 'r' }), await routing.list()]).toEqual([{ removed: true }, []]);
  });
});
