import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { IsocenterError } from '#shared/contract/errors.ts';
import { RT_PLAN, RT_STRUCTURE_SET } from '#shared/dicom/uid.ts';
import type { Archive, StoredObject } from '#main/archive/types.ts';
import { deidentifyObjects, type ExportReport } from '#main/services/export/deidentified.ts';
import { unfitDoses } from '#main/services/export/unfitDoses.ts';
import { sendFiles } from '#main/services/storeScu.ts';
import { ARCHIVE_OPTION, withArchive } from '../options/archiveOption.ts';
import { type Arguments, parseKeys } from '../arguments.ts';
import type { Command } from '../command.ts';
import { DEIDENTIFY_HELP, DEIDENTIFY_OPTIONS, deidentifyFromArgs } from '../options/deidentifyOptions.ts';
import { readInput, writeOutput } from '../files.ts';
import type { Io } from '../io.ts';
import { callerOptions, NETWORK_HELP, NETWORK_OPTIONS, peerFromArgs } from '../options/networkOptions.ts';
import { failUnlessAllSent } from './send.ts';

export const command: Command = {
  usage: '(--plan UID | --key Keyword=value …) (--to AET@host:port | --out DIR) [--deidentify …] [--archive DIR]',
  help: [
    'An archived plan with the structure set it names and the doses that name it, or all objects that match keys: sent to a node, or',
    'written as files. A dose that is approximate, or was made for other contents of plan or structures, does not go with the plan.',
    DEIDENTIFY_HELP,
    NETWORK_HELP,
  ].join('\n'),
  options: {
    ...ARCHIVE_OPTION,
    ...NETWORK_OPTIONS,
    ...DEIDENTIFY_OPTIONS,
    plan: { type: 'string' },
    key: { type: 'string', multiple: true },
    to: { type: 'string' },
    out: { type: 'string' },
  },
  async run(args, io) {
    if ((args.text('to') === undefined) === (args.text('out') === undefined))
      throw new IsocenterError('USAGE', 'give either --to or --out');
    const deidentify = await deidentifyFromArgs(args);
    await withArchive(args, async (archive) => {
      const chosen = await chosenObjects(archive, args);
      await archive.bring(chosen);
      // Whole archives are copied as they are; of a plan only what may stand for its dose goes with it.
      const unfit = args.text('plan') === undefined ? new Map<string, string>() : await unfitDoses(chosen);
      const objects = chosen.filter(({ sopInstanceUid }) => !unfit.has(sopInstanceUid));
      if (deidentify === undefined) await plainExport(objects, args, io);
      else await deidentifiedExport(objects, deidentify, args, io);
      const [first] = unfit;
      if (first !== undefined)
        throw new IsocenterError('DOSE', `left behind: ${first[1]}`, { object: `RT Dose ${first[0]}` });
    });
  },
};

interface Listed {
  readonly sopClass: string;
  readonly sopInstance: string;
  readonly file: string;
}

async function plainExport(objects: readonly StoredObject[], args: Arguments, io: Io): Promise<void> {
  const [to, out] = [args.text('to'), args.text('out')];
  const listed = objects.map(({ sopClassUid, sopInstanceUid, file, modality }) => ({
    sopClass: sopClassUid,
    sopInstance: sopInstanceUid,
    file: out === undefined ? file : join(out, `${modality}.${sopInstanceUid}.dcm`),
  }));
  if (to === undefined)
    for (const [n, { file }] of listed.entries()) await writeOutput(file, await readInput(objects[n].file));
  else
    await sendTo(
      to,
      objects.map(({ file, sopInstanceUid }) => ({ path: file, sopInstanceUid })),
      args,
      io,
    );
  io.result({ objects: listed }, listed.map(({ sopInstance, file }) => `${sopInstance}  ${file}`).join('\n'));
}

async function sendTo(
  to: string,
  files: readonly { readonly path: string; readonly sopInstanceUid: string }[],
  args: Arguments,
  io: Io,
): Promise<void> {
  // The peer is an option here, but all else that is said about calling it is the same.
  const peer = await peerFromArgs({ ...args, positional: () => to });
  const caller = await callerOptions(args);
  let done = 0;
  const report = await sendFiles(peer, caller, files, () => io.progress('sending', ++done / files.length), io.signal);
  failUnlessAllSent(report, peer);
}

async function deidentifiedExport(
  objects: readonly StoredObject[],
  deidentify: Exclude<Awaited<ReturnType<typeof deidentifyFromArgs>>, undefined>,
  args: Arguments,
  io: Io,
): Promise<void> {
  const [to, out] = [args.text('to'), args.text('out')];
  const folder = out ?? (await mkdtemp(join(tmpdir(), 'isocenter-export-')));
  try {
    const listed: Listed[] = [];
    const report = await deidentifyObjects(
      objects,
      deidentify.options,
      deidentify.secret,
      async ({ name, original, sopInstanceUid, bytes }) => {
        const file = join(folder, name);
        await writeOutput(file, bytes);
        listed.push({ sopClass: original.sopClassUid, sopInstance: sopInstanceUid, file });
      },
      { signal: io.signal, onProgress: (done, total) => io.progress('de-identifying', done / total) },
    );
    if (to !== undefined)
      await sendTo(
        to,
        listed.map(({ file, sopInstance }) => ({ path: file, sopInstanceUid: sopInstance })),
        args,
        io,
      );
    tell(listed, report, to !== undefined, io);
  } finally {
    if (out === undefined) await rm(folder, { recursive: true, force: true });
  }
}

/** @throws UNSUPPORTED_OBJECT when something stayed behind, after the report */
function tell(listed: readonly Listed[], report: ExportReport, isSent: boolean, io: Io): void {
  const objects = isSent ? listed.map(({ sopClass, sopInstance }) => ({ sopClass, sopInstance })) : listed;
  const lines = [
    `${report.objects} objects de-identified`,
    ...Object.entries(report.changes).map(([change, count]) => `${String(count).padStart(6)}  ${change}`),
    ...report.findings.map(({ text, objects: count }) => `note: ${text} (${count} objects)`),
    ...report.refused.map(({ sopInstanceUid, reason }) => `left behind ${sopInstanceUid}: ${reason}`),
  ];
  const { changes, findings, refused } = report;
  io.result({ objects, changes, findings, refused }, lines.join('\n'));
  const [first] = refused;
  if (first !== undefined)
    throw new IsocenterError('UNSUPPORTED_OBJECT', `${refused.length} objects left behind: ${first.reason}`, {
      object: first.sopInstanceUid,
    });
}

async function chosenObjects(archive: Archive, args: Arguments): Promise<StoredObject[]> {
  const [plan, keys] = [args.text('plan'), args.list('key')];
  if ((plan === undefined) === (keys.length === 0)) throw new IsocenterError('USAGE', 'give either --plan or --key');
  if (plan !== undefined) return planWithRelatives(archive, plan);
  const objects: StoredObject[] = [];
  for (const { SOPInstanceUID } of await archive.query({ level: 'instance', match: parseKeys(keys) }))
    objects.push(await archive.find(String(SOPInstanceUID)));
  if (objects.length === 0) throw new IsocenterError('NOT_FOUND', 'no object matches', { attribute: '--key' });
  return objects;
}

/** Structure set, plan, doses: what a receiver needs, in the order in which references can be resolved. */
async function planWithRelatives(archive: Archive, planUid: string): Promise<StoredObject[]> {
  const [plan] = await archive.locate({ sopInstanceUid: planUid });
  if (plan === undefined)
    throw new IsocenterError('NOT_FOUND', 'not in the archive', { object: planUid, attribute: '--plan' });
  if (plan.sopClassUid !== RT_PLAN)
    throw new IsocenterError('UNSUPPORTED_OBJECT', 'is no RT Plan', { object: planUid, attribute: '--plan' });
  const sets: StoredObject[] = [];
  for (const uid of (await archive.references(planUid)).instances) {
    const [object] = await archive.locate({ sopInstanceUid: uid });
    if (object?.sopClassUid === RT_STRUCTURE_SET) sets.push(object);
  }
  if (sets.length === 0)
    throw new IsocenterError('REFERENCE', 'the structure set of the plan is not in the archive', {
      object: planUid,
      attribute: 'ReferencedStructureSetSequence',
    });
  const doses: StoredObject[] = [];
  for (const { SOPInstanceUID } of await archive.query({ level: 'instance', match: { Modality: 'RTDOSE' } })) {
    const uid = String(SOPInstanceUID);
    if (!(await archive.references(uid)).instances.includes(planUid)) continue;
    doses.push(...(await archive.locate({ sopInstanceUid: uid })).slice(0, 1));
  }
  return [...sets, plan, ...doses];
}
