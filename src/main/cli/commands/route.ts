import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { routeBook } from '#main/host/books/routeBook.ts';
import { openSettings, type SettingsFile } from '#main/host/settings.ts';
import { IsocenterError } from '#shared/contract/errors.ts';
import { type Route, ROUTE_ATTRIBUTES, route as routeSchema } from '#shared/contract/rpc/routing.ts';
import { ARCHIVE_OPTION, archiveDir } from '../options/archiveOption.ts';
import { type Arguments, parseKeys } from '../arguments.ts';
import type { Command } from '../command.ts';
import { type Io, table } from '../io.ts';

export const command: Command = {
  usage:
    'list | add NAME --to NODE [--from AET] [--modality M …] [--key Keyword=pattern …] | remove NAME [--archive DIR]',
  help: [
    'Routing rules: what arrives from now on and fits goes on to a node of the settings. What runs on the archive notices within 2 s.',
    '--to NODE            name, AE title or id of the node',
    '--from *             AE title it comes from (* and ? as wildcards); import and STOW-RS have to be named',
    '--modality CT        may be repeated; --sop-class UID likewise; --patient-id PATTERN',
    `--key Keyword=P      of ${ROUTE_ATTRIBUTES.join(', ')}`,
    '--quiet 30           waits until nothing more of the series came for so many seconds',
    '--priority normal    low, normal or high            --disabled   keeps the rule without applying it',
    '--settings FILE      instead of the settings.json of the archive',
  ].join('\n'),
  options: {
    ...ARCHIVE_OPTION,
    settings: { type: 'string' },
    to: { type: 'string' },
    from: { type: 'string' },
    modality: { type: 'string', multiple: true },
    'sop-class': { type: 'string', multiple: true },
    'patient-id': { type: 'string' },
    key: { type: 'string', multiple: true },
    quiet: { type: 'string' },
    priority: { type: 'string' },
    disabled: { type: 'boolean' },
  },
  async run(args, io) {
    const action = args.positional(0, 'list, add or remove');
    const file = args.text('settings') ?? join(archiveDir(args), 'settings.json');
    if (!existsSync(file))
      throw new IsocenterError('NOT_FOUND', 'there are no settings; nodes are kept there', {
        object: file,
        attribute: '--archive',
      });
    const settings = await openSettings(file);
    if (action === 'list') await list(settings, io);
    else if (action === 'add') await add(settings, args, io);
    else if (action === 'remove') await remove(settings, args.positional(1, 'NAME'), io);
    else throw new IsocenterError('USAGE', `'${action}' is none of list, add, remove`);
  },
};

async function list(settings: SettingsFile, io: Io): Promise<void> {
  const routes = await routeBook(settings).list();
  const nodes = new Map((await settings.nodes.list()).map(({ id, name }) => [id, name]));
  const rows = routes.map((route) => [
    route.name,
    route.enabled ? 'on' : 'off',
    route.from,
    route.modalities.join(' ') || '*',
    route.patientId,
    nodes.get(route.node) ?? '(removed node)',
  ]);
  const text = rows.length === 0 ? 'no rules' : table(['rule', 'is', 'from', 'modality', 'patient ID', 'to'], rows);
  io.result(routes, text);
}

async function add(settings: SettingsFile, args: Arguments, io: Io): Promise<void> {
  const attributes = Object.entries(parseKeys(args.list('key'))).map(([keyword, pattern]) => ({ keyword, pattern }));
  const to = args.needText('to');
  const nodes = await settings.nodes.list();
  const named = nodes.filter(({ id, name, aeTitle }) => [id, name, aeTitle].includes(to));
  if (named.length !== 1) {
    const text = named.length === 0 ? 'no such node is configured' : 'several nodes are called so: give the id';
    throw new IsocenterError('NOT_FOUND', text, { object: to, attribute: '--to' });
  }
  const parsed = routeSchema.safeParse({
    id: randomUUID(),
    name: args.positional(1, 'NAME'),
    enabled: !args.flag('disabled'),
    from: args.text('from'),
    modalities: args.list('modality'),
    sopClasses: args.list('sop-class'),
    patientId: args.text('patient-id'),
    attributes,
    node: named[0].id,
    priority: args.text('priority'),
    quietSeconds: args.number('quiet'),
  } satisfies Record<keyof Route, unknown>);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new IsocenterError('USAGE', issue.message, { attribute: issue.path.join('.') });
  }
  const saved = await routeBook(settings).save(parsed.data);
  io.result(saved, `${saved.name}: to ${named[0].name}`);
}

async function remove(settings: SettingsFile, name: string, io: Io): Promise<void> {
  const book = routeBook(settings);
  const found = (await book.list()).filter((route) => route.name === name || route.id === name);
  if (found.length !== 1) {
    const text = found.length === 0 ? 'no such rule' : 'several rules are called so: give the id (--json list tells)';
    throw new IsocenterError('NOT_FOUND', text, { object: name });
  }
  await book.remove(found[0].id);
  io.result({ removed: found[0] }, `${found[0].name} removed`);
}
