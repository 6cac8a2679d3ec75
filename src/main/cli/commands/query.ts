import { IsocenterError } from '#shared/contract/errors.ts';
import { type FindRequest, findAll } from '#main/services/query/find.ts';
import { type Answer, textsIn } from '#main/services/query/identifier.ts';
import type { QueryLevel, QueryModel } from '#main/services/query/model.ts';
import { parseKeys } from '../arguments.ts';
import type { Command } from '../command.ts';
import { table } from '../io.ts';
import { callerOptions, NETWORK_HELP, NETWORK_OPTIONS, peerFromArgs } from '../networkOptions.ts';

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

export const command: Command = {
  usage: 'AET@host:port [--level patient|study|series|image] [--key Keyword=value …] [--model patient|study|worklist]',
  help: [
    'Asks a node what it holds (C-FIND). Keys match as the standard says: wildcards, date ranges, UID lists; an empty value asks for',
    'the attribute. Below the top level the keys of the levels above are needed (StudyInstanceUID, SeriesInstanceUID).',
    '--level study      --model study, or patient (Patient Root), or worklist (scheduled procedure steps)',
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
  },
  async run(args, io) {
    const peer = await peerFromArgs(args);
    const caller = await callerOptions(args);
    const request = requestOf(
      args.needText('model'),
      args.needText('level'),
      parseKeys(args.list('key')),
      args.text('charset'),
    );
    const limit = args.number('limit', { min: 1, integer: true });
    const { found, isComplete, ignoresKeys } = await findAll(peer, caller, request, { limit, signal: io.signal });
    if (ignoresKeys) io.say(`${peer.aeTitle} does not match by some of the keys: there may be too many answers`);
    if (!isComplete) io.say(`there is more than the first ${found.length}`);
    const columns = [...new Set([...Object.keys(request.keys), ...COLUMNS[request.level]])].slice(0, 8);
    const cell = (answer: Answer, keyword: string): string => textsIn(answer, keyword).join('\\');
    const rows = found.map((answer) => columns.map((keyword) => cell(answer, keyword)));
    io.result(found, table(columns, rows));
  },
};

/** @throws USAGE */
function requestOf(
  model: string,
  levelName: string,
  keys: Record<string, string>,
  charset: string | undefined,
): FindRequest {
  if (!isModel(model))
    throw new IsocenterError('USAGE', `'${model}' is no model: patient or study`, { attribute: '--model' });
  const level = Object.hasOwn(LEVELS, levelName) ? LEVELS[levelName] : undefined;
  if (level === undefined || (level === 'PATIENT' && model === 'study')) {
    throw new IsocenterError('USAGE', `the ${model} model has no level '${levelName}'`, { attribute: '--level' });
  }
  const asked = Object.fromEntries(COLUMNS[level].map((keyword) => [keyword, '']));
  return { model, level, keys: { ...asked, ...keys }, characterSet: charset?.split('\\') };
}

const isModel = (text: string): text is QueryModel => text === 'patient' || text === 'study';
