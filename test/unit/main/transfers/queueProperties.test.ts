import fc from 'fast-check';
import { expect, it } from 'vitest';
import { isFinished } from '#shared/contract/rpc/transfers.ts';
import { type Answer, queueScene, transfer, scratch } from './queueScene.ts';

const ANSWERS: readonly (Answer | undefined)[] = [
  undefined,
  undefined,
  { status: 'NETWORK', reason: 'connect ECONNREFUSED' },
  { status: 'ASSOCIATION_ABORTED', reason: 'connection lost' },
  { status: 'ASSOCIATION_REJECTED', reason: 'rejected for now' },
  { status: 'A700', reason: 'out of resources' },
  { status: 'A900', reason: 'does not match' },
  { status: '0122', reason: 'not supported' },
  { status: 'STORAGE', reason: 'cannot be read' },
];

/** What happens between two looks at the queue. */
const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant('wait' as const), ms: fc.oneof(fc.nat(600), fc.nat(60_000)) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('restart' as const, 'kill' as const) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constantFrom('cancel' as const, 'retry' as const),
      id: fc.integer({ min: 1, max: 3 }),
    }),
  },
);

it('whatever peers, people and restarts do: what was acknowledged is sent, once, and every object gets a word', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.nat(ANSWERS.length - 1), { minLength: 1, maxLength: 40 }),
      fc.array(step, { maxLength: 8 }),
      async (answers, steps) => {
        await using folder = await scratch();
        let asked = 0;
        let lives = 0;
        const acknowledged: string[] = [];
        const open = () => {
          const scene = queueScene(folder.dir, (uid) => {
            const answer = ANSWERS[answers[asked++] ?? 0];
            if (answer === undefined) acknowledged.push(uid);
            return answer;
          });
          scene.pace.ms = 100;
          scene.start(`${lives++}.lock`);
          return scene;
        };
        let scene = open();
        const killed: (typeof scene)[] = [];
        for (const [to, ...numbers] of [
          ['a', 1, 2, 3, 4],
          ['a', 5, 6],
          ['b', 7, 8, 9],
        ] as const)
          scene.queue.enqueue(transfer(to, numbers));
        for (const each of steps)
          if (each.do === 'wait') await scene.clock.advance(each.ms);
          else if (each.do === 'cancel') scene.queue.cancel(each.id);
          else if (each.do === 'retry') scene.queue.retry(each.id);
          else {
            // Whose clock stands still does nothing more, and has put nothing away: as good as killed.
            if (each.do === 'kill') killed.push(scene);
            else await scene[Symbol.asyncDispose]();
            scene = open();
          }
        for (let hour = 0; hour < 26; hour++) {
          await scene.clock.leap(3_600_000);
          await scene.clock.advance(5_000);
        }
        const transfers = scene.all();
        expect(transfers.filter((one) => !isFinished(one))).toEqual([]);
        const objects = transfers.flatMap(({ id }) => scene.queue.objects(id, { failed: false, limit: 99 }));
        const sent = objects.filter(({ state }) => state === 'sent').map(({ sopInstanceUid }) => sopInstanceUid);
        expect(sent.sort()).toEqual(acknowledged.sort());
        for (const { id, sent: sentCount, failed, total, state, bytesSent, bytes } of transfers) {
          const own = scene.queue.objects(id, { failed: false, limit: 99 });
          const count = (...states: string[]) => own.filter((one) => states.includes(one.state)).length;
          expect([sentCount, failed, total]).toEqual([count('sent'), count('failed'), own.length]);
          expect(bytesSent).toBe((bytes * sentCount) / total);
          expect(own.filter((one) => one.state === 'failed' && one.reason === '')).toEqual([]);
          if (state === 'done') expect(sentCount).toBe(total);
          if (state === 'failed') expect(failed).toBeGreaterThan(0);
        }
        for (const each of [scene, ...killed]) await each[Symbol.asyncDispose]();
      },
    ),
    { numRuns: 40 },
  );
}, 60_000);
