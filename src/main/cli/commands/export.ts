import { join } from 'node:path';
import { IsocenterError } from '#shared/contract/errors.ts';
import { RT_PLAN, RT_STRUCTURE_SET } from '#shared/dicom/uid.ts';
import type { Archive, StoredObject } from '#main/archive/types.ts';
import { ARCHIVE_OPTION, withArchive } from '../archiveOption.ts';
import { checkAeTitle, parsePeer } from '../arguments.ts';
import type { Command } from '../command.ts';
import { readInput, writeOutput } from '../files.ts';
import { failUnlessAllSent, sendAll } from './send.ts';

export const command: Command = {
  usage: '--plan UID (--to AET@host:port [--from AET] | --out DIR) [--archive DIR]',
  help: 'An archived plan with the structure set it names and the doses that name it: sent to a node, or written as files.',
  options: {
    ...ARCHIVE_OPTION,
    plan: { type: 'string' },
    to: { type: 'string' },
    from: { type: 'string', default: 'ISOCENTER' },
    out: { type: 'string' },
  },
  async run(args, io) {
    const planUid = args.needText('plan');
    const [to, out] = [args.text('to'), args.text('out')];
    if ((to === undefined) === (out === undefined)) throw new IsocenterError('USAGE', 'give either --to or --out');
    const peer = to === undefined ? undefined : parsePeer(to);
    const from = checkAeTitle(args.needText('from'));
    await withArchive(args, async (archive) => {
      const objects = await planWithRelatives(archive, planUid);
      const listed = objects.map(({ sopClassUid, sopInstanceUid, file, modality }) => ({
        sopClass: sopClassUid,
        sopInstance: sopInstanceUid,
        file: out === undefined ? file : join(out, `${modality}.${sopInstanceUid}.dcm`),
      }));
      if (peer === undefined) {
        for (const [n, { file }] of listed.entries()) await writeOutput(file, await readInput(objects[n].file));
      } else {
        const report = await sendAll(
          peer,
          from,
          objects.map(({ file, sopInstanceUid }) => ({ path: file, sopInstanceUid })),
          io,
        );
        failUnlessAllSent(report, peer);
      }
      io.result({ objects: listed }, listed.map(({ sopInstance, file }) => `${sopInstance}  ${file}`).join('\n'));
    });
  },
};

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
