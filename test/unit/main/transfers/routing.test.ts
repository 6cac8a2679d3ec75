import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { NewTransfer } from '#main/transfers/types.ts';
import { fitsPattern } from '#main/transfers/routing/match.ts';
import { type RoutedObject, Router } from '#main/transfers/routing/router.ts';
import { IsocenterError } from '#shared/contract/errors.ts';
import { type Route, route as routeSchema } from '#shared/contract/rpc/routing.ts';
import { object, queueScene, scratch } from './queueScene.ts';
import { settle } from './fakeClock.ts';

describe('patterns', () => {
  it('fit as the regular expression they stand for', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'B', '.'), maxLength: 8 });
    const pattern = fc.string({ unit: fc.constantFrom('a', 'b', '*', '?', '.'), maxLength: 8 });
    fc.assert(
      fc.property(pattern, text, (p, t) => {
        const source = p.replaceAll('.', '\\.').replaceAll('*', '.*').replaceAll('?', '.');
        expect(fitsPattern(p, t)).toBe(new RegExp(`^${source}$`, 'i').test(t));
      }),
      { numRuns: 500 },
    );
  });

  it('do not take forever', () => {
    expect(fitsPattern(`${'*a'.repeat(30)}b`, 'a'.repeat(2000))).toBe(false);
  });
});

const rule = (changes: Partial<Route> = {}): Route =>
  routeSchema.parse({ id: 'r', name: 'R', enabled: true, node: 'b', ...changes });

const arrival = (position: number, changes: Partial<RoutedObject> = {}): RoutedObject => ({
  ...object(position),
  position,
  received: new Date(Date.UTC(2026, 0, 1, 0, 0, position)).toISOString(),
  source: 'SCANNER',
  patientId: 'P1',
  patient: 'DOE^JOHN · P1',
  file: `/${position}`,
  ...changes,
});

/** A router over a list of arrivals, whose transfers go into a real queue that is not worked on. */
async function routingScene(dir: string, rules: Route[], arrivals: RoutedObject[] = []) {
  const scene = queueScene(dir);
  const transfers: NewTransfer[] = [];
  const attributes = new Map<string, string>();
  const router = new Router(
    {
      arrivals: async (after, limit) => arrivals.filter(({ position }) => position > after).slice(0, limit),
      lastPosition: async () => arrivals.at(-1)?.position ?? 0,
      routes: () => rules,
      async node(id) {
        const found = scene.nodes.get(id);
        if (found === undefined) throw new IsocenterError('NOT_FOUND', 'no such node is configured');
        return found;
      },
      attributes: async ({ file }) => {
        if (file === '/bad') throw new IsocenterError('TRUNCATED', 'cut short');
        return new Map([['StationName', attributes.get(file) ?? '']]) as never;
      },
      enqueue(transfer) {
        transfers.push(transfer);
        return scene.queue.enqueue(transfer);
      },
      log: (level, text) => scene.log.push(`${level}: ${text}`),
    },
    scene.database,
    scene.clock,
  );
  await router.prepare();
  return {
    ...scene,
    router,
    arrivals,
    attributes,
    transfers,
    /** What was queued, as `node: UIDs`. */
    sent: () => transfers.map(({ node, objects }) => `${node.id}: ${objects.map((o) => o.sopInstanceUid).join(' ')}`),
    async [Symbol.asyncDispose]() {
      await router.close();
      await scene[Symbol.asyncDispose]();
    },
  };
}

describe('the router', () => {
  it('begins with what arrives from now on, sends series by series, and nothing twice', async () => {
    await using folder = await scratch();
    await using scene = await routingScene(folder.dir, [rule()], [arrival(1)]);
    scene.router.start(() => true);
    scene.arrivals.push(arrival(2), arrival(3), arrival(4, { seriesInstanceUid: '9' }), arrival(5));
    await scene.router.look();
    expect(scene.sent()).toEqual(['b: 1.2.2 1.2.3 1.2.5', 'b: 1.2.4']);
    expect(scene.transfers[0]).toMatchObject({ why: 'route', rule: { name: 'R' }, patient: 'DOE^JOHN · P1' });
    scene.arrivals.push(arrival(6));
    scene.router.nudge();
    await scene.clock.advance(300);
    expect(scene.sent()).toHaveLength(3);
    // Slices of one series join the transfer that is not finished.
    expect(scene.all().map(({ total }) => total)).toEqual([1, 4]);
    await scene.clock.advance(10_000);
    expect(scene.sent()).toHaveLength(3);
  });

  it.each<[string, Partial<Route>, Partial<RoutedObject>, boolean]>([
    ['any sender', {}, {}, true],
    ['a sender by pattern', { from: 'scan*' }, {}, true],
    ['another sender', { from: 'CT?' }, {}, false],
    ['an import', {}, { source: 'import' }, false],
    ['an import that is asked for', { from: 'import' }, { source: 'import' }, true],
    ['what the page saved', {}, { source: 'STOW-RS' }, false],
    ['what the page saved, asked for', { from: 'STOW-RS' }, { source: 'STOW-RS' }, true],
    ['its modality', { modalities: ['MR', 'CT'] }, {}, true],
    ['another modality', { modalities: ['MR'] }, {}, false],
    ['its SOP class', { sopClasses: ['1.2.840.10008.5.1.4.1.1.2'] }, {}, true],
    ['another SOP class', { sopClasses: ['1.2.840.10008.5.1.4.1.1.4'] }, {}, false],
    ['its patient ID', { patientId: 'p*' }, {}, true],
    ['another patient ID', { patientId: 'QA*' }, {}, false],
    ['its station', { attributes: [{ keyword: 'StationName', pattern: 'SIM*' }] }, { file: '/sim' }, true],
    ['another station', { attributes: [{ keyword: 'StationName', pattern: 'LINAC' }] }, { file: '/sim' }, false],
    ['a file that cannot be read', { attributes: [{ keyword: 'StationName', pattern: '*' }] }, { file: '/bad' }, false],
    ['a rule switched off', { enabled: false }, {}, false],
    ['the destination itself', {}, { source: 'B' }, false],
    ['other bytes under a known UID', {}, { variant: 1 }, false],
    ['one found on disk just now', {}, { source: 'found on disk' }, true],
  ])('judges %s', async (_name, changes, facts, goes) => {
    await using folder = await scratch();
    await using scene = await routingScene(folder.dir, [rule(changes)]);
    scene.attributes.set('/sim', 'SIM1');
    scene.router.start(() => true);
    scene.arrivals.push(arrival(1, facts));
    await scene.router.look();
    expect(scene.sent()).toEqual(goes ? ['b: 1.2.1'] : []);
    // What a rule could not do is said.
    expect(scene.log.length > 0).toBe(facts.file === '/bad' || facts.variant === 1);
  });

  it('waits until a series is quiet, over a restart too', async () => {
    await using folder = await scratch();
    const rules = [rule({ quietSeconds: 30 })];
    const arrivals: RoutedObject[] = [];
    {
      await using scene = await routingScene(folder.dir, rules, arrivals);
      scene.router.start(() => true);
      for (let n = 1; n <= 5; n++) {
        arrivals.push(arrival(n));
        await scene.clock.advance(20_000);
      }
      expect(scene.sent()).toEqual([]);
    }
    await using scene = await routingScene(folder.dir, rules, arrivals);
    await scene.clock.leap(85_000);
    scene.router.start(() => true);
    await scene.clock.advance(10_000);
    expect(scene.sent()).toEqual([]);
    await scene.clock.advance(30_000);
    expect(scene.sent()).toEqual(['b: 1.2.1 1.2.2 1.2.3 1.2.4 1.2.5']);
    arrivals.push(arrival(6));
    await scene.clock.advance(4_000);
    rules.length = 0;
    await scene.clock.advance(40_000);
    expect(scene.sent()).toHaveLength(1);
    expect(scene.log).toContainEqual(expect.stringMatching(/1 objects of DOE\^JOHN · P1 are not sent on: their rule/));
  });

  it('routes what was received before it was killed, once, and only where it owns the queue', async () => {
    await using folder = await scratch();
    const arrivals: RoutedObject[] = [];
    {
      await using scene = await routingScene(folder.dir, [rule()], arrivals);
      scene.router.start(() => false);
      arrivals.push(arrival(1), arrival(2));
      await scene.router.look();
      expect(scene.sent()).toEqual([]);
    }
    for (const sent of [['b: 1.2.1 1.2.2'], []]) {
      await using scene = await routingScene(folder.dir, [rule()], arrivals);
      scene.router.start(() => true);
      await settle();
      expect(scene.sent()).toEqual(sent);
    }
  });

  it('sends nothing again when the index was made anew, and still what arrived meanwhile', async () => {
    await using folder = await scratch();
    await using scene = await routingScene(folder.dir, [rule()]);
    scene.router.start(() => true);
    scene.arrivals.push(...[1, 2, 3, 4].map((n) => arrival(100 * n)));
    await scene.router.look();
    expect(scene.sent()).toEqual(['b: 1.2.100 1.2.200 1.2.300 1.2.400']);
    const found = { source: 'found on disk' };
    const again = scene.arrivals.map((each, index) => ({ ...each, ...found, position: index + 1 }));
    const early = arrival(1, { ...found, position: 5, received: '2020-01-01T00:00:00.000Z', sopInstanceUid: '1.2.99' });
    scene.arrivals.splice(0, Infinity, ...again, early, arrival(500, { position: 6 }));
    await scene.router.look();
    expect(scene.sent().slice(1)).toEqual(['b: 1.2.500']);
  });

  it('never sends in a circle: A → us → B → us', async () => {
    await using folder = await scratch();
    const rules = [rule({ id: 'to b', node: 'b' }), rule({ id: 'to a', node: 'a' })];
    await using scene = await routingScene(folder.dir, rules);
    scene.router.start(() => true);
    scene.arrivals.push(arrival(1, { source: 'A' }));
    await scene.router.look();
    expect(scene.sent()).toEqual(['b: 1.2.1']);
    // B sends it back changed: to us it is another object under the same UID.
    scene.arrivals.push(arrival(2, { source: 'B', sopInstanceUid: '1.2.1', variant: 1, identity: 'x' }));
    await scene.router.look();
    expect(scene.sent()).toEqual(['b: 1.2.1']);
    expect(scene.log).toContainEqual(expect.stringContaining('came with other bytes than before'));
  });

  it('lets a rule whose node is gone fail where people see it', async () => {
    await using folder = await scratch();
    await using scene = await routingScene(folder.dir, [rule({ node: 'gone' })]);
    scene.router.start(() => true);
    scene.start();
    scene.arrivals.push(arrival(1));
    await scene.router.look();
    await scene.clock.advance(100);
    expect(scene.all()).toMatchObject([
      { state: 'failed', reason: 'the node "(removed node)" is no longer configured' },
    ]);
  });
});
