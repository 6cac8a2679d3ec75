import { afterEach, describe, expect, it } from 'vitest';
import { type Listener, listen } from '#main/network/listen.ts';
import type { ServiceHandler } from '#main/network/service.ts';
import { isStorageSopClass } from '#main/services/storageClasses.ts';
import { find, findAll, type FindRequest } from '#main/services/query/find.ts';
import { findHandler } from '#main/services/query/findScp.ts';
import { get } from '#main/services/query/get.ts';
import { moveTo } from '#main/services/query/move.ts';
import type { QuerySource, SourceQuery, SourceRow } from '#main/services/query/querySource.ts';
import { type RetrieveSource, retrieveHandlers } from '#main/services/query/retrieveScp.ts';
import { type StoreOutcome, storeHandlers } from '#main/services/storeScp.ts';
import { IsocenterError } from '#shared/contract/errors.ts';
import { scratchFolder, writeSmallFiles } from './files.ts';

const CALLER = { callingAe: 'TESTER' };
const open: Listener[] = [];
afterEach(async () => {
  for (const listener of open.splice(0)) await listener.close();
});

async function serve(handlers: readonly ServiceHandler[], aeTitle = 'NODE') {
  const listener = await listen({ port: 0, host: '127.0.0.1', aeTitle, handlers, scuOf: isStorageSopClass });
  open.push(listener);
  return { aeTitle, host: '127.0.0.1', port: listener.port };
}

const ATTRIBUTES = new Map([
  [0x00100020, { keyword: 'PatientID', level: 'PATIENT', isMatchable: true }],
  [0x0020000d, { keyword: 'StudyInstanceUID', level: 'STUDY', isMatchable: true }],
  [0x0020000e, { keyword: 'SeriesInstanceUID', level: 'SERIES', isMatchable: true }],
  [0x00201206, { keyword: 'NumberOfStudyRelatedSeries', level: 'STUDY', isMatchable: false }],
] as const);

/** A source that says what it was asked. */
function sourceOf(rows: (query: SourceQuery) => AsyncIterable<SourceRow>) {
  const asked: SourceQuery[] = [];
  const source: QuerySource = {
    attribute: (tag) => ATTRIBUTES.get(tag as 0x00100020),
    rows: (query) => {
      asked.push(query);
      return rows(query);
    },
  };
  return { asked, handler: findHandler(source, { retrieveAe: () => 'NODE', log: () => undefined }) };
}

const STUDIES: FindRequest = { model: 'study', level: 'STUDY', keys: { StudyInstanceUID: '' } };

describe('C-FIND as SCP', () => {
  it('stops reading the source when the peer cancels', async () => {
    let read = 0;
    let isClosed = false;
    async function* endless(): AsyncGenerator<SourceRow, void, undefined> {
      try {
        for (;;) yield { StudyInstanceUID: `1.${++read}` };
      } finally {
        isClosed = true;
      }
    }
    const { handler } = sourceOf(endless);
    const peer = await serve([handler]);
    const { found, isComplete } = await findAll(peer, CALLER, STUDIES, { limit: 3 });
    expect(found.map(({ StudyInstanceUID }) => StudyInstanceUID)).toEqual(['1.1', '1.2', '1.3']);
    expect(isComplete).toBe(false);
    expect(isClosed).toBe(true);
  });

  it('reads no further than the peer takes', async () => {
    let read = 0;
    async function* endless(): AsyncGenerator<SourceRow, void, undefined> {
      for (;;) yield { StudyInstanceUID: `1.${++read}`, PatientID: 'X'.repeat(50) };
    }
    const peer = await serve([sourceOf(endless).handler]);
    const stop = new AbortController();
    let readMeanwhile = 0;
    const running = find(peer, CALLER, STUDIES, {
      signal: stop.signal,
      onAnswer: async () => {
        // The peer of this query takes its time over the first answer; what can lie on the way is bounded.
        if (readMeanwhile > 0) return;
        for (let last = -1; last !== read; ) {
          last = read;
          await new Promise((resolve) => setTimeout(resolve, 150));
        }
        readMeanwhile = read;
        stop.abort();
      },
    });
    await expect(running).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(readMeanwhile).toBeGreaterThan(0);
  });

  it('wants the keys of the levels above, unless relational queries were agreed on', async () => {
    const { handler, asked } = sourceOf(async function* () {
      yield { SeriesInstanceUID: '1.5' };
    });
    const peer = await serve([handler]);
    const series: FindRequest = { model: 'study', level: 'SERIES', keys: { SeriesInstanceUID: '' } };
    await expect(findAll(peer, CALLER, series)).rejects.toMatchObject({
      code: 'DIMSE_STATUS',
      message: expect.stringMatching(/^A900H .*StudyInstanceUID: one value is needed/) as string,
    });
    const extended = { relational: true, fuzzyNames: true };
    const { found } = await findAll(peer, CALLER, { ...series, extended });
    expect(found).toMatchObject([{ SeriesInstanceUID: '1.5' }]);
    expect(asked).toMatchObject([{ level: 'SERIES', match: {}, combinedDateTime: false, fuzzyNames: true }]);
  });

  it('does not send a relational query to a peer that would understand another one', async () => {
    const { handler, asked } = sourceOf(async function* () {});
    const peer = await serve([{ ...handler, extendedReply: undefined }]);
    const running = findAll(peer, CALLER, { ...STUDIES, extended: { relational: true } });
    await expect(running).rejects.toMatchObject({
      code: 'NETWORK',
      message: expect.stringContaining('relational') as string,
    });
    expect(asked).toEqual([]);
  });

  it.each([
    [new IsocenterError('INVALID_ATTRIBUTE', 'no date', { attribute: 'StudyDate' }), 'A900H', 'StudyDate: no date'],
    [new IsocenterError('STORAGE', 'disk gone'), 'A700H', 'disk gone'],
    [new Error('secret path'), '0110H', 'internal error'],
  ])('%s is answered %s', async (error, status, comment) => {
    const { handler } = sourceOf(() => {
      throw error;
    });
    await expect(findAll(await serve([handler]), CALLER, STUDIES)).rejects.toMatchObject({
      message: expect.stringMatching(new RegExp(`^${status}.*: ${comment}$`)) as string,
    });
  });

  it('counted attributes come back but do not match: FF01H', async () => {
    const { handler, asked } = sourceOf(async function* () {
      yield { StudyInstanceUID: '1.2', NumberOfStudyRelatedSeries: 7 };
    });
    const keys = { StudyInstanceUID: '1.2', NumberOfStudyRelatedSeries: '3' };
    const outcome = await findAll(await serve([handler]), CALLER, { ...STUDIES, keys });
    expect(outcome).toMatchObject({ ignoresKeys: true, found: [{ NumberOfStudyRelatedSeries: '7' }] });
    expect(asked).toMatchObject([{ match: { StudyInstanceUID: '1.2' } }]);
  });
});

describe('C-GET and C-MOVE as SCP', () => {
  const TARGET = { model: 'study', level: 'STUDY', studyInstanceUid: '1.2.3' } as const;
  const sinkThat = (outcome: () => StoreOutcome | Promise<StoreOutcome>) => () => ({
    write: () => undefined,
    abort: () => undefined,
    finish: async () => outcome(),
  });
  const retrieval = (files: readonly { path: string; sopInstanceUid: string }[], more: Partial<RetrieveSource> = {}) =>
    retrieveHandlers(
      { objects: async () => files, bring: async () => undefined, destination: async () => undefined, ...more },
      { caller: () => ({ callingAe: 'NODE' }), log: () => undefined },
    );

  it.each([
    ['all stored', [0, 0, 0], { status: 0x0000, completed: 3, failed: 0, warning: 0 }],
    ['some refused', [0, 0xa700, 0], { status: 0xb000, completed: 2, failed: 1, warning: 0 }],
    ['all refused', [0xc000, 0xa700, 0xa900], { status: 0xa702, completed: 0, failed: 3, warning: 0 }],
    ['warnings', [0xb000, 0, 0xb007], { status: 0xb000, completed: 1, failed: 0, warning: 2 }],
  ])('%s', async (_what, statuses, expected) => {
    await using folder = await scratchFolder();
    const files = await writeSmallFiles(folder.path, 3);
    const peer = await serve(retrieval(files));
    const answers = [...statuses];
    const outcome = await get(
      peer,
      CALLER,
      TARGET,
      sinkThat(() => ({ status: answers.shift() ?? 0 })),
      { sopClasses: [] },
    );
    expect(outcome).toMatchObject(expected);
    const refused = files.filter(
      (_, index) => statuses[index] >= 0xa000 && statuses[index] !== 0xb000 && statuses[index] !== 0xb007,
    );
    expect(outcome.failedInstances).toEqual(refused.map(({ sopInstanceUid }) => sopInstanceUid));
  });

  it('a C-GET that is cancelled ends after the object on its way, with what remains', async () => {
    await using folder = await scratchFolder();
    const peer = await serve(retrieval(await writeSmallFiles(folder.path, 20)));
    const stop = new AbortController();
    let stored = 0;
    const sink = sinkThat(async () => {
      if (++stored === 2) stop.abort();
      await new Promise((resolve) => setTimeout(resolve, 20));
      return { status: 0 };
    });
    const outcome = await get(peer, CALLER, TARGET, sink, { sopClasses: [], signal: stop.signal });
    expect(outcome).toMatchObject({ isCancelled: true, failed: 0 });
    expect(outcome.completed).toBe(stored);
    expect(stored).toBeLessThan(20);
  });

  it('a C-MOVE that is cancelled stops sending', async () => {
    await using folder = await scratchFolder();
    const files = await writeSmallFiles(folder.path, 20);
    const stop = new AbortController();
    let stored = 0;
    const destination = await serve(
      storeHandlers(
        sinkThat(async () => {
          if (++stored === 2) stop.abort();
          await new Promise((resolve) => setTimeout(resolve, 20));
          return { status: 0 };
        }),
      ),
      'DEST',
    );
    const peer = await serve(retrieval(files, { destination: async () => destination }));
    const outcome = await moveTo(peer, CALLER, 'DEST', TARGET, { signal: stop.signal });
    expect(outcome).toMatchObject({ isCancelled: true, failed: 0 });
    expect(stored).toBeLessThan(20);
  });

  it('refuses objects of several patients, wildcards and open levels', async () => {
    const conflict = () => Promise.reject(new IsocenterError('CONFLICT', 'belongs to several patients'));
    const peer = await serve(retrieval([], { objects: conflict }));
    const sink = sinkThat(() => ({ status: 0 }));
    const run = (target: Parameters<typeof get>[2]) => get(peer, CALLER, target, sink, { sopClasses: [] });
    await expect(run(TARGET)).rejects.toMatchObject({
      message: expect.stringMatching(/^C000H.*several patients/) as string,
    });
    await expect(run({ ...TARGET, studyInstanceUid: '1.2.*' })).rejects.toMatchObject({
      message: expect.stringMatching(/^A900H/) as string,
    });
    await expect(run({ ...TARGET, level: 'SERIES' })).rejects.toMatchObject({
      code: 'MISSING_ATTRIBUTE',
      attribute: 'SeriesInstanceUID',
    });
  });
});
