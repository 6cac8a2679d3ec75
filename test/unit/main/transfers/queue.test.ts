import { describe, expect, it } from 'vitest';
import { IsocenterError } from '#shared/contract/errors.ts';
import { node, queueScene, transfer, scratch } from './queueScene.ts';

const REFUSED = { status: 'NETWORK', reason: 'connection refused' };
const numbers = (n: number) => Array.from({ length: n }, (_, index) => index + 1);

describe('the send queue', () => {
  it('sends a transfer over one association, and tells state, numbers and speed', async () => {
    await using folder = await scratch();
    await using scene = queueScene(folder.dir);
    scene.pace.ms = 10;
    const id = scene.queue.enqueue(transfer('a', numbers(20)));
    expect(scene.queue.get(id)).toMatchObject({ state: 'waiting', total: 20, sent: 0, content: 'CT × 20' });
    scene.start();
    await scene.clock.advance(105);
    expect(scene.queue.get(id)).toMatchObject({ state: 'running', sent: 10 });
    await scene.clock.advance(1000);
    expect(scene.associations).toEqual([{ node: 'a', uids: numbers(20).map((n) => `1.2.${n}`) }]);
    expect(scene.queue.get(id)).toMatchObject({
      state: 'done',
      sent: 20,
      failed: 0,
      bytes: 2000,
      bytesSent: 2000,
      attempts: 1,
      objectsPerSecond: 100,
      patient: 'DOE^JOHN · P1',
    });
    const told = scene.events.flatMap((event) => (event.event === 'transfer' ? [event.transfer.state] : []));
    expect([...new Set(told)]).toEqual(['waiting', 'running', 'done']);
    expect(scene.events.filter(({ event }) => event === 'object')).toHaveLength(20);
  });

  it('sends to several destinations beside each other, to each the most urgent first', async () => {
    await using folder = await scratch();
    await using scene = queueScene(folder.dir);
    scene.pace.ms = 100;
    scene.queue.enqueue(transfer('a', [1]));
    scene.queue.enqueue(transfer('a', [2]));
    scene.queue.enqueue(transfer('a', [3], { priority: 'high' }));
    scene.queue.enqueue(transfer('b', [4]));
    scene.start();
    await scene.clock.advance(150);
    expect(scene.associations.map(({ node: to, uids }) => [to, ...uids])).toEqual([
      ['a', '1.2.3'],
      ['b', '1.2.4'],
      ['a'],
    ]);
    await scene.clock.advance(1000);
    expect(scene.associations.filter(({ node: to }) => to === 'a').flatMap(({ uids }) => uids)).toEqual([
      '1.2.3',
      '1.2.1',
      '1.2.2',
    ]);
  });

  it('waits longer and longer for a peer that cannot be reached, its other transfers with it, and says when', async () => {
    await using folder = await scratch();
    let isUp = false;
    await using scene = queueScene(folder.dir, (_, _time, to) => (isUp || to === 'b' ? undefined : REFUSED));
    const [first, second] = [transfer('a', [1, 2]), transfer('a', [3])].map((each) => scene.queue.enqueue(each));
    scene.start();
    await scene.clock.advance(0);
    expect(scene.queue.get(first)).toMatchObject({
      state: 'retrying',
      reason: 'connection refused',
      nextAttempt: '2026-01-01T00:00:05.000Z',
      sent: 0,
      failed: 0,
    });
    expect(scene.queue.get(second)).toMatchObject({ state: 'retrying', nextAttempt: '2026-01-01T00:00:05.000Z' });
    expect(scene.associations).toHaveLength(1);
    await scene.clock.advance(600_000);
    // 5 s doubled: 5, 15, 35, 75, 155, 315 s; the second transfer never tries by itself.
    expect(scene.associations.map(({ node: to }) => to)).toEqual(Array(7).fill('a'));
    isUp = true;
    await scene.clock.advance(900_000);
    expect(scene.all().map(({ state, sent }) => [state, sent])).toEqual([
      ['done', 1],
      ['done', 2],
    ]);
  });

  it('gives up after the configured time, with the last words of the peer for every object', async () => {
    await using folder = await scratch();
    await using scene = queueScene(folder.dir, () => REFUSED);
    const id = scene.queue.enqueue(transfer('a', [1, 2]));
    scene.start();
    for (let hour = 0; hour < 25; hour++) await scene.clock.leap(3_600_000);
    expect(scene.queue.get(id)).toMatchObject({ state: 'failed', failed: 2, sent: 0 });
    expect(scene.queue.get(id).reason).toBe('given up after 24 h: connection refused');
    expect(scene.queue.objects(id, { failed: true, limit: 9 }).map(({ reason }) => reason)).toEqual([
      'connection refused',
      'connection refused',
    ]);
    const before = scene.associations.length;
    expect(scene.queue.retry(id)).toMatchObject({ state: 'running', failed: 0 });
    await scene.clock.advance(0);
    expect(scene.associations.length).toBe(before + 1);
  });

  it.each([
    ['A700H once', { status: 'A700', reason: 'A700H Refused: out of resources' }, 1, true, 2],
    ['A702H four times', { status: 'A702', reason: 'out of resources' }, 4, true, 5],
    ['A900H once', { status: 'A900', reason: 'does not match' }, 1, true, 2],
    ['A900H twice', { status: 'A900', reason: 'does not match' }, 2, false, 2],
    ['C000H always', { status: 'C000', reason: 'cannot understand' }, 99, false, 2],
    ['0110H once', { status: '0110', reason: 'processing failure' }, 1, true, 2],
    ['0122H', { status: '0122', reason: 'SOP class not supported' }, 1, false, 1],
    ['0124H', { status: '0124', reason: 'not authorized' }, 1, false, 1],
    ['a SOP class that is not taken', { status: 'UNSUPPORTED_OBJECT', reason: 'does not take' }, 1, false, 1],
    ['an abort', { status: 'ASSOCIATION_ABORTED', reason: 'aborted by the peer' }, 3, true, 4],
    ['a transient rejection', { status: 'ASSOCIATION_REJECTED', reason: 'rejected for now by …' }, 3, true, 4],
    ['a permanent rejection', { status: 'ASSOCIATION_REJECTED', reason: 'rejected permanently by …' }, 1, false, 1],
  ])('%s: as many tries as make sense', async (_name, answer, failures, ends, tries) => {
    await using folder = await scratch();
    let asked = 0;
    await using scene = queueScene(folder.dir, (uid, time) => {
      if (uid !== '1.2.2') return undefined;
      asked++;
      return time < failures ? answer : undefined;
    });
    const id = scene.queue.enqueue(transfer('a', [1, 2, 3]));
    scene.start();
    await scene.clock.advance(3_600_000);
    expect(scene.queue.get(id)).toMatchObject(
      ends
        ? { state: 'done', sent: 3 }
        : { state: 'failed', sent: 2, failed: 1, reason: `1 of 3 were not taken: ${answer.reason}` },
    );
    expect(asked).toBe(tries);
    const sentTwice = scene.associations.flatMap(({ uids }) => uids).filter((uid) => uid !== '1.2.2');
    expect(sentTwice).toEqual(['1.2.1', '1.2.3']);
    if (!ends)
      expect(scene.queue.objects(id, { failed: true, limit: 9 })).toMatchObject([
        { sopInstanceUid: '1.2.2', state: 'failed', status: answer.status, reason: answer.reason },
      ]);
  });

  it('does not let two objects that break every association keep the others back', async () => {
    await using folder = await scratch();
    const lost = { status: 'ASSOCIATION_ABORTED', reason: 'connection lost' };
    let broken = 0;
    await using scene = queueScene(folder.dir, (uid) => {
      if (uid === '1.2.1' || uid === '1.2.2') broken++;
      // As sendFiles does: after two in a row the rest has no chance.
      return broken >= 2 || uid === '1.2.1' || uid === '1.2.2' ? lost : undefined;
    });
    const id = scene.queue.enqueue(transfer('a', numbers(6)));
    scene.start();
    await scene.clock.advance(1);
    expect(scene.queue.get(id)).toMatchObject({ state: 'retrying', sent: 0 });
    broken = 0;
    await scene.clock.advance(60_000);
    expect(scene.queue.get(id)).toMatchObject({ state: 'retrying', sent: 4 });
  });

  it('says of what is gone, changed, or has no node any more that it was not sent', async () => {
    await using folder = await scratch();
    await using scene = queueScene(folder.dir);
    scene.gone.add('1.2.2');
    const id = scene.queue.enqueue(transfer('a', [1, 2]));
    const homeless = scene.queue.enqueue(transfer('removed', [3]));
    scene.start();
    await scene.clock.advance(1);
    expect(scene.queue.get(id)).toMatchObject({ state: 'failed', sent: 1, failed: 1 });
    expect(scene.queue.objects(id, { failed: true, limit: 9 })).toMatchObject([
      { sopInstanceUid: '1.2.2', status: 'NOT_FOUND', reason: 'no longer in the archive' },
    ]);
    expect(scene.queue.get(homeless)).toMatchObject({
      state: 'failed',
      reason: 'the node "REMOVED" is no longer configured',
    });
  });

  it('waits while an object cannot be read, and sends the others meanwhile', async () => {
    await using folder = await scratch();
    let isDiskUp = false;
    await using scene = queueScene(folder.dir, undefined, {
      locate: async (objects) =>
        objects.map(({ sopInstanceUid }) =>
          !isDiskUp && sopInstanceUid === '1.2.1'
            ? new IsocenterError('STORAGE', 'input/output error')
            : { path: `/${sopInstanceUid}`, sopInstanceUid },
        ),
    });
    const id = scene.queue.enqueue(transfer('a', [1, 2]));
    scene.start();
    await scene.clock.advance(1);
    expect(scene.queue.get(id)).toMatchObject({
      state: 'retrying',
      sent: 1,
      reason: 'cannot be read: input/output error',
    });
    isDiskUp = true;
    await scene.clock.advance(10_000);
    expect(scene.queue.get(id)).toMatchObject({ state: 'done', sent: 2, failed: 0 });
  });

  it('cancels in mid-transfer at once, one or all of a destination, and brings them back', async () => {
    await using folder = await scratch();
    await using scene = queueScene(folder.dir);
    scene.pace.ms = 100;
    const ids = [numbers(10), [11], [12]].map((each) => scene.queue.enqueue(transfer('a', each)));
    scene.start();
    await scene.clock.advance(350);
    expect(scene.queue.cancel(ids[0])).toMatchObject({ state: 'cancelled', sent: 3 });
    expect(scene.queue.cancelNode('a')).toBe(2);
    await scene.clock.advance(5000);
    expect(scene.associations.flatMap(({ uids }) => uids)).toEqual(['1.2.1', '1.2.2', '1.2.3']);
    expect(scene.all().map(({ state }) => state)).toEqual(['cancelled', 'cancelled', 'cancelled']);
    scene.queue.retry(ids[0]);
    await scene.clock.advance(5000);
    expect(scene.queue.get(ids[0])).toMatchObject({ state: 'done', sent: 10 });
    expect(scene.associations.flatMap(({ uids }) => uids)).toHaveLength(10);
  });

  it('is done only when the node has committed to keep everything', async () => {
    await using folder = await scratch();
    let asked = 0;
    await using scene = queueScene(folder.dir, undefined, {
      async commit(_peer, objects) {
        if (++asked === 1) throw new IsocenterError('NETWORK', 'no answer');
        return objects.map(({ sopInstanceUid }) => ({
          sopInstanceUid,
          committed: sopInstanceUid !== '1.2.2',
          reason: 'no such object instance',
        }));
      },
    });
    scene.nodes.set('a', node('a', { commit: true }));
    const id = scene.queue.enqueue(transfer('a', [1, 2]));
    scene.start();
    await scene.clock.advance(100);
    expect(scene.queue.get(id)).toMatchObject({ state: 'retrying', sent: 2 });
    expect(scene.queue.get(id).reason).toMatch(/commitment.*no answer/);
    await scene.clock.advance(10_000);
    expect(scene.associations).toHaveLength(1);
    expect(scene.queue.get(id)).toMatchObject({ state: 'failed', sent: 1, failed: 1, bytesSent: 100 });
    expect(scene.queue.objects(id, { failed: false, limit: 9 }).map(({ state, reason }) => [state, reason])).toEqual([
      ['committed', ''],
      ['failed', 'sent, but not committed: no such object instance'],
    ]);
  });

  it('goes on after a restart where it was, and sends what has an answer never again', async () => {
    await using folder = await scratch();
    const uids: string[] = [];
    {
      await using scene = queueScene(folder.dir);
      scene.pace.ms = 100;
      scene.queue.enqueue(transfer('a', numbers(10)));
      scene.start();
      await scene.clock.advance(450);
      uids.push(...scene.associations.flatMap((each) => each.uids));
    }
    expect(uids).toHaveLength(4);
    await using scene = queueScene(folder.dir);
    scene.start();
    await scene.clock.advance(100);
    uids.push(...scene.associations.flatMap((each) => each.uids));
    expect(uids).toEqual(numbers(10).map((n) => `1.2.${n}`));
    expect(scene.all()).toMatchObject([{ state: 'done', sent: 10 }]);
  });

  it('is worked on by one process at a time; the others see it, add to it and cancel', async () => {
    await using folder = await scratch();
    await using owner = queueScene(folder.dir);
    await using other = queueScene(folder.dir);
    owner.pace.ms = 1000;
    owner.start();
    other.start();
    expect([owner.queue.isOwner, other.queue.isOwner]).toEqual([true, false]);
    const id = other.queue.enqueue(transfer('a', numbers(10)));
    await other.clock.advance(5000);
    expect(other.associations).toEqual([]);
    await owner.clock.advance(5500);
    expect(other.queue.get(id)).toMatchObject({ state: 'running', sent: 3 });
    other.queue.cancel(id);
    await owner.clock.advance(10_000);
    // The object under way when the word came is reported as it was.
    expect(owner.associations[0].uids.length).toBeLessThan(7);
    expect(owner.queue.get(id).state).toBe('cancelled');
    expect(owner.events).toContainEqual({ event: 'refresh' });
    await owner.queue.close();
    await other.clock.advance(2000);
    expect(other.queue.isOwner).toBe(true);
  });

  it('finds transfers by patient, node, reason and UID, and forgets old ones', async () => {
    await using folder = await scratch();
    await using scene = queueScene(folder.dir, (uid) =>
      uid === '1.2.7' ? { status: '0122', reason: 'no' } : undefined,
    );
    const [done] = [transfer('a', [1]), transfer('b', [7], { patient: '50%_X · P2' })].map((each) =>
      scene.queue.enqueue(each),
    );
    scene.start();
    await scene.clock.advance(100);
    const found = (search: string) => scene.queue.list({ search, limit: 10 }).map(({ id }) => id);
    expect([found('john'), found('%_x'), found('not taken'), found('nothing was'), found('1.2.7'), found('B')]).toEqual(
      [[done], [done + 1], [], [done + 1], [done + 1], [done + 1]],
    );
    expect(scene.queue.list({ search: '', states: ['done'], limit: 10 }).map(({ id }) => id)).toEqual([done]);
    await scene.clock.leap(31 * 86_400_000);
    expect(scene.all()).toEqual([]);
  });

  it('refuses a transfer of nothing, and says when a transfer is unknown', async () => {
    await using folder = await scratch();
    await using scene = queueScene(folder.dir);
    expect(() => scene.queue.enqueue({ ...transfer('a', []), objects: [] })).toThrow('nothing to send');
    for (const act of [() => scene.queue.get(9), () => scene.queue.cancel(9), () => scene.queue.retry(9)])
      expect(act).toThrow('no such transfer');
  });
});
