import { textIn } from '#main/services/query/identifier.ts';
import { findWorklist } from '#main/services/worklist/find.ts';
import { filterKeys, inOrder, worklistItems } from '#main/services/worklist/item.ts';
import { IsocenterError } from '#shared/contract/errors.ts';
import { type WorklistFilter, worklistFilter } from '#shared/contract/rpc/worklist.ts';
import { type Arguments, parseKeys } from '../arguments.ts';
import type { Command } from '../command.ts';
import { table } from '../io.ts';
import { callerOptions, NETWORK_HELP, NETWORK_OPTIONS, peerFromArgs } from '../options/networkOptions.ts';

/** Filters of a worklist, for every command that looks into one. */
export const WORKLIST_OPTIONS = {
  date: { type: 'string' },
  modality: { type: 'string' },
  station: { type: 'string' },
  'patient-id': { type: 'string' },
  'patient-name': { type: 'string' },
  accession: { type: 'string' },
} as const;

/** @throws USAGE */
export function filterFromArgs(args: Arguments): WorklistFilter {
  const parsed = worklistFilter.safeParse({
    date: args.text('date'),
    modality: args.text('modality'),
    stationAeTitle: args.text('station'),
    patientId: args.text('patient-id'),
    patientName: args.text('patient-name'),
    accessionNumber: args.text('accession'),
  });
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new IsocenterError('USAGE', issue.message, { attribute: `--${issue.path.join('.')}` });
}

export const command: Command = {
  usage:
    'AET@host:port [--date YYYYMMDD[-YYYYMMDD]] [--modality CT] [--station AET] [--patient-id ID] [--patient-name NAME] [--key Keyword=value …]',
  help: [
    'What a RIS has scheduled (modality worklist), in order of time. Without --date every day.',
    'Further keys are matched as they are given; those of the scheduled procedure step too.',
    NETWORK_HELP,
  ].join('\n'),
  options: { ...NETWORK_OPTIONS, ...WORKLIST_OPTIONS, key: { type: 'string', multiple: true } },
  async run(args, io) {
    const peer = await peerFromArgs(args);
    const keys = { ...filterKeys(filterFromArgs(args)), ...parseKeys(args.list('key')) };
    const answers = await findWorklist(peer, await callerOptions(args), keys, { signal: io.signal });
    const items = inOrder(answers.flatMap(worklistItems));
    io.result(
      // With the whole answer, for what the list does not show.
      answers.toSorted((a, b) => textIn(a, 'PatientID').localeCompare(textIn(b, 'PatientID'))),
      table(
        ['Date', 'Time', 'Patient ID', 'Name', 'Modality', 'Station', 'Procedure', 'Step ID'],
        items.map((item) => [
          item.startDate,
          item.startTime,
          item.patientId,
          item.patientName,
          item.modality,
          item.stationAeTitle,
          item.step || item.requestedProcedure,
          item.stepId,
        ]),
      ),
    );
  },
};
