import { IsocenterError } from '#shared/contract/errors.ts';
import { type FindRequest, findAll } from '#main/services/query/find.ts';
import { type Answer, textsIn } from '#main/services/query/identifier.ts';
import type { QueryLevel, QueryModel } from '#main/services/query/model.ts';
import { type Arguments, parseKeys } from '../arguments.ts';
import type { Command } from '../command.ts';
import { table } from '../io.ts';
import { findWorklist } from '#main/services/worklist/find.ts';
import { callerOptions, NETWORK_HELP, NETWORK_OPTIONS, peerFromArgs } from '../options/networkOptions.ts';

const LEVELS: Readonly<Record<string, QueryLevel>> = {
  patient: 'PATIENT',
  study: 'STUDY',
  series: 'SERIES',
  image: 'IMAGE',
};

/** Asked for at each level beside the keys given, and shown as columns. */
const COLUMNS: Readonly<Record<QueryLevel, readonly string[]>> = {
  PATIENT: ['PatientID', 'PatientName', 'PatientBirthDate', 'PatientSex'],
  STUDY: ['PatientID', 'PatientName', 'StudyDate', 'ModalitiesInStudy', 'StudyDescription', 'StudyInstanceUID'],
  SERIES: ['Modality', 'SeriesNumber', 'SeriesDescription', 'SeriesInstanceUID'],
  IMAGE: ['SOPClassUID', 'InstanceNumber', 'SOPInstanceUID'],
};

const WORKLIST_COLUMNS = [
  'PatientID',
  'PatientName',
  'PatientBirthDate',
  'AccessionNumber',
  'RequestedProcedureDescription',
];

export const command: Command = {
  usage: 'AET@host:port [--level patient|study|series|image] [--key Keyword=value …] [--model patient|study|worklist]',
  help: [
    'Asks a node what it holds (C-FIND). Keys match as the standard says: wildcards, date ranges, UID lists; an empty value asks for',
    'the attribute. Below the top level the keys of the levels above are needed (StudyInstanceUID, SeriesInstanceUID).',
    '--level study      --model study, or patient (Patient Root), or worklist (scheduled procedure steps)',
    '--relational       keys of the levels above may be missing        --fuzzy   fuzzy names; both if the node agrees',
    '--limit N          stop after so many answers      --charset ISO_IR 192   Specific Character Set of what we ask',
    NETWORK_HELP,
  ].join('\n'),
  options: {
    ...NETWORK_OPTIONS,
    level: { type: 'string', default: 'study' },
    model: { type: 'string', default: 'study' },
    key: { type: 'string', multiple: true },
    limit: { type: 'string' },
    charset: { type: 'string' },
    relational: { type: 'boolean' },
    fuzzy: { type: 'boolean' },
  },
  async run(args, io) {
    const peer = await peerFromArgs(args);
    const caller = await callerOptions(args);
    const keys = parseKeys(args.list('key'));
    const limit = args.number('limit', { min: 1, integer: true });
    const characterSet = args.text('charset')?.split('\\');
    const options = { limit, signal: io.signal };
    if (args.needText('model') === 'worklist') {
      const items = await findWorklist(peer, caller, keys, { ...options, characterSet });
      return io.result(items, rowsOf(items, WORKLIST_COLUMNS));
    }
    const extended = { relational: args.flag('relational'), fuzzyNames: args.flag('fuzzy') };
    const request = { ...requestOf(args, keys), characterSet, extended };
    const { found, isComplete, ignoresKeys, warnings } = await findAll(peer, caller, request, options);
    if (ignoresKeys) io.say(`${peer.aeTitle} does not match by some of the keys: there may be too many answers`);
    for (const warning of warnings) io.say(`${peer.aeTitle}: ${warning}`);
    if (!isComplete) io.say(`there is more than the first ${found.length}`);
    io.result(found, rowsOf(found, [...new Set([...Object.keys(keys), ...COLUMNS[request.level]])].slice(0, 8)));
  },
};

function rowsOf(found: readonly Answer[], columns: readonly string[]): string {
  return table(
    columns,
    found.map((answer) => columns.map((keyword) => textsIn(answer, keyword).join('\\'))),
  );
}

/** @throws USAGE */
function requestOf(args: Arguments, keys: Record<string, string>): Pick<FindRequest, 'model' | 'level' | 'keys'> {
  const [model, name] = [args.needText('model'), args.needText('level')];
  if (!isModel(model))
    throw new IsocenterError('USAGE', `'${model}' is no model: patient, study or worklist`, { attribute: '--model' });
  const level = Object.hasOwn(LEVELS, name) ? LEVELS[name] : undefined;
  if (level === undefined || (level === 'PATIENT' && model === 'study'))
    throw new IsocenterError('USAGE', `the ${model} model has no level '${name}'`, { attribute: '--level' });
  return { model, level, keys: { ...Object.fromEntries(COLUMNS[level].map((keyword) => [keyword, ''])), ...keys } };
}

const isModel = (text: string): text is QueryModel => text === 'patient' || text === 'study';
