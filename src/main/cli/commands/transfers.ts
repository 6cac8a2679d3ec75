import { existsSync } from 'node:fs';
import { transfersFile } from '#main/host/transfers.ts';
import { openTransferDatabase } from '#main/transfers/store/database.ts';
import { transferOf } from '#main/transfers/store/rows.ts';
import { TransferStore } from '#main/transfers/store/transferStore.ts';
import { IsocenterError } from '#shared/contract/errors.ts';
import { isFinished, TRANSFER_STATES, type Transfer, type TransferState } from '#shared/contract/rpc/transfers.ts';
import { ARCHIVE_OPTION, archiveDir } from '../options/archiveOption.ts';
import type { Arguments } from '../arguments.ts';
import type { Command } from '../command.ts';
import { type Io, table } from '../io.ts';

export const command: Command = {
  usage: 'list [--search TEXT] [--state STATE …] [--limit N] | cancel ID… | retry ID… [--archive DIR]',
  help: [
    'The send queue of an archive and its history. What runs on the archive (the app, serve) notices within 2 s.',
    `list      newest first; STATE is one of ${TRANSFER_STATES.join(', ')}; --objects tells of every object`,
    'cancel    stops transfers, also in mid-object; all: everything that has not ended',
    'retry     sends at once what waits, and anew what failed or was cancelled',
  ].join('\n'),
  options: {
    ...ARCHIVE_OPTION,
    search: { type: 'string' },
    state: { type: 'string', multiple: true },
    limit: { type: 'string' },
    objects: { type: 'boolean' },
  },
  async run(args, io) {
    const [action, ...ids] = [args.positional(0, 'list, cancel or retry'), ...args.positionals.slice(1)];
    const file = transfersFile(archiveDir(args));
    if (!existsSync(file))
      throw new IsocenterError('NOT_FOUND', 'nothing was ever sent from this archive', {
        object: file,
        attribute: '--archive',
      });
    const database = openTransferDatabase(file);
    try {
      const store = new TransferStore(database);
      if (action === 'list') list(store, args, io);
      else if (action === 'cancel') change(store, ids, io, (id) => cancel(store, id));
      else if (action === 'retry') change(store, ids, io, (id) => store.again(id, Date.now()));
      else throw new IsocenterError('USAGE', `'${action}' is none of list, cancel, retry`);
    } finally {
      database.close();
    }
  },
};

const cancel = (store: TransferStore, id: number): boolean =>
  store.finish(id, 'cancelled', 'cancelled by the user', Date.now());

function list(store: TransferStore, args: Arguments, io: Io): void {
  const states = args.list('state').map(checkState);
  const transfers = store
    .list({
      search: args.text('search') ?? '',
      states: states.length === 0 ? undefined : states,
      limit: args.number('limit', { min: 1, max: 100_000, integer: true }) ?? 1000,
    })
    .map((row) => transferOf(row));
  const withObjects = args.flag('objects');
  const objects = (id: number) => store.objects(id, { failed: false, limit: 1_000_000 });
  const report = withObjects ? transfers.map((each) => ({ ...each, objects: objects(each.id) })) : transfers;
  const lines = withObjects
    ? transfers.flatMap((each) => [
        rowOf(each).join('  '),
        ...objects(each.id).map((one) => `    ${one.sopInstanceUid}  ${one.state}  ${one.status} ${one.reason}`),
      ])
    : [table(['id', 'state', 'sent', 'of', 'to', 'patient', 'content', 'reason'], transfers.map(rowOf))];
  io.result(report, transfers.length === 0 ? 'no transfers' : lines.join('\n'));
}

const rowOf = ({ id, state, sent, total, nodeName, patient, content, reason, nextAttempt }: Transfer): string[] => [
  String(id),
  state,
  String(sent),
  String(total),
  nodeName,
  patient,
  content,
  nextAttempt === undefined ? reason : `${reason}; next attempt ${nextAttempt}`,
];

/** Says of each what it is now. @throws NOT_FOUND before anything is changed */
function change(store: TransferStore, words: readonly string[], io: Io, act: (id: number) => boolean): void {
  const ids = words.flatMap((word) => {
    if (word === 'all')
      return store
        .list({ search: '', limit: 1_000_000 })
        .filter((row) => !isFinished(row))
        .map(({ id }) => id);
    if (!/^\d+$/.test(word)) throw new IsocenterError('USAGE', `'${word}' is no transfer`);
    return [store.get(Number(word)).id];
  });
  if (words.length === 0) throw new IsocenterError('USAGE', 'which transfer? give its ID');
  const transfers = ids.map((id) => {
    act(id);
    return transferOf(store.get(id));
  });
  io.result(transfers, transfers.map(({ id, state }) => `${id} ${state}`).join('\n') || 'nothing to do');
}

function checkState(text: string): TransferState {
  const found = TRANSFER_STATES.find((state) => state === text);
  if (found === undefined)
    throw new IsocenterError('USAGE', `'${text}' is none of ${TRANSFER_STATES.join(', ')}`, { attribute: '--state' });
  return found;
}
