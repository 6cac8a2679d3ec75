import type { Archive } from '#main/archive/types.ts';
import type { TaskDesk, WorkflowNode } from '#main/server/workflow.ts';
import { IsocenterError } from '#shared/contract/errors.ts';
import { newTask, type Task, TASK_KINDS, taskFilter } from '#shared/contract/rpc/tasks.ts';
import { ARCHIVE_OPTION } from '../options/archiveOption.ts';
import type { Arguments } from '../arguments.ts';
import type { Command } from '../command.ts';
import { type Io, table } from '../io.ts';
import { NETWORK_HELP, NETWORK_OPTIONS } from '../options/networkOptions.ts';
import { onlyOne, optionalNode, withWorkflow } from '../workflowAccess.ts';

export const command: Command = {
  usage: [
    'list [AET@host:port] [--state S] [--patient-id ID] [--patient-name NAME] [--label L] [--worklist W] [--date YYYYMMDD]',
    '  ups create --kind planning|delivery --label L UID… [--priority P] [--station NAME] [--start YYYYMMDDHHMM] [--worklist W]',
    '  ups get|claim|complete|cancel [AET@host:port] UID [--output UID …] [--reason TEXT]',
    '  ups progress [AET@host:port] UID --percent N [--text TEXT]',
  ].join('\n'),
  help: [
    'Tasks (unified procedure steps): ours, which others can claim from this node, or those of the manager that is named.',
    'create   a task about objects of the archive; delivery needs a plan among them',
    'claim    takes a task; only who claimed it can report progress, complete or cancel it (remembered in the archive)',
    'complete with --output, objects of the archive that were made in it',
    'cancel   ends what was claimed from here, else asks for it',
    NETWORK_HELP,
  ].join('\n'),
  options: {
    ...ARCHIVE_OPTION,
    ...NETWORK_OPTIONS,
    state: { type: 'string' },
    'patient-id': { type: 'string' },
    'patient-name': { type: 'string' },
    label: { type: 'string' },
    worklist: { type: 'string' },
    date: { type: 'string' },
    kind: { type: 'string' },
    priority: { type: 'string' },
    station: { type: 'string' },
    start: { type: 'string' },
    comments: { type: 'string' },
    percent: { type: 'string' },
    text: { type: 'string', default: '' },
    reason: { type: 'string', default: '' },
    output: { type: 'string', multiple: true },
  },
  async run(args, io) {
    const verb = args.positional(0, 'list, create, get, claim, progress, complete or cancel');
    const { node, rest } = await optionalNode(args, 1);
    await withWorkflow(args, io, async ({ workflow: { tasks }, archive }) => {
      if (verb === 'list') return show(io, await tasks.list(node, filterOf(args), io.signal));
      if (verb === 'create') return show(io, await create(args, rest, tasks, archive));
      const work = WORK[verb] as Work | undefined;
      if (work === undefined)
        throw new IsocenterError('USAGE', `'${verb}' is none of list, create, ${Object.keys(WORK).join(', ')}`);
      return show(io, await work(tasks, node, onlyOne(rest, 'UID of a task'), args, archive));
    });
  },
};

type Work = (
  tasks: TaskDesk,
  node: WorkflowNode | undefined,
  uid: string,
  args: Arguments,
  archive: Archive,
) => Promise<Task>;

const WORK: Readonly<Record<string, Work>> = {
  get: (tasks, node, uid) => tasks.get(node, uid),
  claim: (tasks, node, uid) => tasks.claim(node, uid),
  progress: (tasks, node, uid, args) => {
    const percent = args.number('percent', { min: 0, max: 100 });
    if (percent === undefined) throw new IsocenterError('USAGE', 'is required', { attribute: '--percent' });
    return tasks.progress(node, uid, percent, args.text('text') ?? '');
  },
  complete: async (tasks, node, uid, args, archive) => {
    const outputs = args.list('output');
    const patientKey = outputs.length === 0 ? undefined : (await archive.find(outputs[0])).patientKey;
    return tasks.complete(node, uid, patientKey, outputs);
  },
  cancel: (tasks, node, uid, args) => tasks.cancel(node, uid, args.text('reason') ?? ''),
};

async function create(args: Arguments, uids: readonly string[], tasks: TaskDesk, archive: Archive): Promise<Task> {
  if (uids.length === 0) throw new IsocenterError('USAGE', 'which objects? UIDs are missing');
  const kind = TASK_KINDS.find((one) => one === args.needText('kind'));
  if (kind === undefined) throw new IsocenterError('USAGE', 'planning or delivery', { attribute: '--kind' });
  const { patientKey } = await archive.find(uids[0]);
  const parsed = newTask.safeParse({
    kind,
    patientKey,
    sopInstanceUids: uids,
    label: args.needText('label'),
    worklist: args.text('worklist'),
    priority: args.text('priority'),
    station: args.text('station'),
    start: args.text('start'),
    comments: args.text('comments'),
  });
  if (parsed.success) return tasks.create(parsed.data);
  const [issue] = parsed.error.issues;
  throw new IsocenterError('USAGE', issue.message, { attribute: `--${issue.path.join('.')}` });
}

function filterOf(args: Arguments) {
  const parsed = taskFilter.safeParse({
    state: args.text('state')?.toUpperCase(),
    patientId: args.text('patient-id'),
    patientName: args.text('patient-name'),
    label: args.text('label'),
    worklist: args.text('worklist'),
    date: args.text('date'),
  });
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new IsocenterError('USAGE', issue.message, { attribute: `--${issue.path.join('.')}` });
}

function show(io: Io, result: Task | readonly Task[]): void {
  const tasks: readonly Task[] = 'sopInstanceUid' in result ? [result] : result;
  const rows = tasks.map((task) => [
    task.state,
    task.priority,
    task.start,
    task.patientId,
    task.patientName,
    task.label,
    task.progress === undefined ? '' : `${task.progress} %`,
    task.sopInstanceUid,
  ]);
  io.result(result, table(['State', 'Priority', 'Start', 'Patient ID', 'Name', 'Task', 'Progress', 'UID'], rows));
}
