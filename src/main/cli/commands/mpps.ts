import { findWorklist } from '#main/services/worklist/find.ts';
import { filterKeys, worklistItems } from '#main/services/worklist/item.ts';
import { IsocenterError } from '#shared/contract/errors.ts';
import { DISCONTINUATION_REASONS, type ProcedureStep, type WorklistItem } from '#shared/contract/rpc/worklist.ts';
import { newUid } from '#shared/dicom/uid.ts';
import { ARCHIVE_OPTION } from '../options/archiveOption.ts';
import { type Arguments, parsePeer } from '../arguments.ts';
import type { Command } from '../command.ts';
import { table } from '../io.ts';
import { callerOptions, NETWORK_HELP, NETWORK_OPTIONS } from '../options/networkOptions.ts';
import { nodeFromArgs, onlyOne, withWorkflow } from '../workflowAccess.ts';
import { filterFromArgs, WORKLIST_OPTIONS } from './worklist.ts';

export const command: Command = {
  usage: [
    'create AET@host:port (--worklist AET@host:port [filters] | --patient-id ID --patient-name NAME --modality CT [--study UID])',
    '  mpps complete AET@host:port UID --series UID … | mpps discontinue AET@host:port UID [--reason CODE] | mpps retry AET@host:port UID | mpps list',
  ].join('\n'),
  help: [
    'Tells a RIS what is performed (modality performed procedure step). What it could not be told is remembered in the archive',
    'and told again by retry. --worklist takes the one scheduled step that the filters leave (as in the command worklist).',
    `--series UID       a series of the archive that was made (complete needs one)`,
    `--reason CODE      ${DISCONTINUATION_REASONS.map(({ value, meaning }) => `${value} ${meaning}`).join(' · ')}`,
    NETWORK_HELP,
  ].join('\n'),
  options: {
    ...ARCHIVE_OPTION,
    ...NETWORK_OPTIONS,
    ...WORKLIST_OPTIONS,
    worklist: { type: 'string' },
    study: { type: 'string' },
    series: { type: 'string', multiple: true },
    reason: { type: 'string', default: DISCONTINUATION_REASONS[0].value },
  },
  async run(args, io) {
    const verb = args.positional(0, 'create, complete, discontinue, retry or list');
    if (verb === 'list') {
      const steps = await withWorkflow(args, io, async ({ workflow }) => workflow.worklist.steps());
      return io.result(steps, table(['State', 'Step', 'Patient ID', 'Procedure', 'UID', 'Problem'], steps.map(row)));
    }
    if (verb !== 'create' && verb !== 'complete' && verb !== 'discontinue' && verb !== 'retry')
      throw new IsocenterError('USAGE', `'${verb}' is none of create, complete, discontinue, retry and list`);
    const node = await nodeFromArgs(args, 1);
    const step = await withWorkflow(args, io, async ({ workflow: { worklist }, archive }) => {
      if (verb === 'create') return worklist.start(node, await itemFromArgs(args));
      const sopInstanceUid = onlyOne(args.positionals.slice(2), 'UID of a performed procedure step');
      if (verb === 'retry') return worklist.retry(sopInstanceUid, node);
      const seriesInstanceUids = args.list('series');
      const objects =
        seriesInstanceUids.length === 0 ? [] : await archive.locate({ seriesInstanceUid: seriesInstanceUids[0] });
      const outcome = verb === 'complete' ? 'completed' : 'discontinued';
      const reason = verb === 'complete' ? undefined : reasonOf(args.needText('reason'));
      return worklist.finish(
        { sopInstanceUid, outcome, patientKey: objects[0]?.patientKey, seriesInstanceUids, reason },
        node,
      );
    });
    io.result(step, row(step).join('  '));
    if (step.problem !== undefined) throw new IsocenterError('NETWORK', step.problem, { object: node.aeTitle });
  },
};

const row = ({ state, stepId, item, sopInstanceUid, problem = '' }: ProcedureStep): string[] => [
  state,
  stepId,
  item.patientId,
  item.step || item.requestedProcedure,
  sopInstanceUid,
  problem,
];

function reasonOf(value: string) {
  const found = DISCONTINUATION_REASONS.find((reason) => reason.value === value);
  if (found === undefined)
    throw new IsocenterError('USAGE', `'${value}' is no code that is known here`, { attribute: '--reason' });
  return found;
}

/** The one scheduled step that is meant, or an unscheduled one. @throws USAGE, NOT_FOUND, CONFLICT when several fit */
async function itemFromArgs(args: Arguments): Promise<WorklistItem> {
  const worklist = args.text('worklist');
  const filter = filterFromArgs(args);
  if (worklist !== undefined) {
    const ris = parsePeer(worklist);
    const answers = await findWorklist(ris, await callerOptions(args), filterKeys(filter));
    const items = answers.flatMap(worklistItems);
    if (items.length === 1) return items[0];
    const code = items.length === 0 ? 'NOT_FOUND' : 'CONFLICT';
    throw new IsocenterError(code, `${items.length} scheduled steps fit, one is needed`, { object: ris.aeTitle });
  }
  return {
    patientName: args.needText('patient-name'),
    patientId: args.needText('patient-id'),
    modality: args.needText('modality'),
    issuerOfPatientId: '',
    patientBirthDate: '',
    patientSex: '',
    accessionNumber: filter.accessionNumber,
    studyInstanceUid: args.text('study') ?? newUid(),
    requestedProcedureId: '',
    requestedProcedure: '',
    referringPhysician: '',
    stepId: '',
    step: '',
    stationAeTitle: '',
    stationName: '',
    location: '',
    startDate: '',
    startTime: '',
    performingPhysician: '',
    protocols: [],
    referencedStudies: [],
  };
}
