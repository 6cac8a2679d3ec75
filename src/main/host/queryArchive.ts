import { attributeNamed } from '#main/archive/index/query/attributes.ts';
import { onePatient } from '#main/archive/index/read/locate.ts';
import type { Archive, Level, Selection, StoredObject } from '#main/archive/types.ts';
import type { ServiceHandler } from '#main/network/service.ts';
import type { Log, NodeBook } from '#main/server/services.ts';
import type { Caller } from '#main/services/peer.ts';
import { findHandler } from '#main/services/query/findScp.ts';
import type { QueryLevel } from '#main/services/query/model.ts';
import type { QuerySource } from '#main/services/query/querySource.ts';
import type { RetrieveSelection } from '#main/services/query/retrieveIdentifier.ts';
import { type RetrieveSource, retrieveHandlers } from '#main/services/query/retrieveScp.ts';
import { IsocenterError } from '#shared/contract/errors.ts';

const ARCHIVE_LEVEL = {
  PATIENT: 'patient',
  STUDY: 'study',
  SERIES: 'series',
  IMAGE: 'instance',
} as const satisfies Record<QueryLevel, Level>;
const QUERY_LEVEL = {
  patient: 'PATIENT',
  study: 'STUDY',
  series: 'SERIES',
  instance: 'IMAGE',
} as const satisfies Record<Level, QueryLevel>;

/** C-FIND, C-MOVE and C-GET over the archive, for the handlers of the DICOM node. */
export function archiveQueryHandlers(
  archive: Archive,
  nodes: NodeBook,
  caller: () => Caller,
  log: Log,
): readonly ServiceHandler[] {
  const say = (level: 'info' | 'warning' | 'error', text: string): void => log[level](text);
  return [
    findHandler(archiveQuerySource(archive), { retrieveAe: () => caller().callingAe, log: say }),
    ...retrieveHandlers(archiveRetrieveSource(archive, nodes), { caller, log: say }),
  ];
}

function archiveQuerySource(archive: Archive): QuerySource {
  return {
    attribute(tag) {
      const found = attributeNamed(tag.toString(16).padStart(8, '0'));
      return found && { keyword: found.keyword, level: QUERY_LEVEL[found.level], isMatchable: found.computed !== true };
    },
    rows: ({ level, ...query }) => archive.queryRows({ ...query, level: ARCHIVE_LEVEL[level] }),
  };
}

function archiveRetrieveSource(archive: Archive, nodes: NodeBook): RetrieveSource {
  return {
    async objects(selection) {
      const found = new Map<string, StoredObject>();
      for (const one of await selectionsOf(archive, selection))
        for (const object of await archive.locate(one)) found.set(object.file, object);
      const objects = onePatient([...found.values()], `this ${selection.level.toLowerCase()}`);
      return objects.map(({ file, sopInstanceUid }) => ({ path: file, sopInstanceUid }));
    },
    bring: (objects) => archive.bring(objects.map(({ path }) => ({ file: path }))),
    async destination(aeTitle) {
      const known = (await nodes.list()).filter((node) => node.aeTitle === aeTitle);
      const addresses = new Set(known.map(({ host, port }) => `${host}:${port}`));
      if (addresses.size > 1) {
        throw new IsocenterError('CONFLICT', `${addresses.size} nodes have the AE title ${aeTitle}`, {
          object: aeTitle,
        });
      }
      return known.length === 0 ? undefined : nodes.get(known[0].id);
    },
  };
}

/** The archive's selections that a retrieval means: every combination of its keys. */
async function selectionsOf(archive: Archive, selection: RetrieveSelection): Promise<readonly Selection[]> {
  const open = <T>(values: readonly T[]): readonly (T | undefined)[] => (values.length === 0 ? [undefined] : values);
  const { patientId } = selection;
  let patientKeys: readonly (string | undefined)[] = [undefined];
  if (patientId !== undefined) {
    const patients = await archive.patients(patientId);
    patientKeys = patients.filter((patient) => patient.patientId === patientId).map(({ key }) => key);
  }
  return patientKeys.flatMap((patientKey) =>
    open(selection.studyInstanceUids).flatMap((studyInstanceUid) =>
      open(selection.seriesInstanceUids).flatMap((seriesInstanceUid) =>
        open(selection.sopInstanceUids).map((sopInstanceUid) => ({
          patientKey,
          studyInstanceUid,
          seriesInstanceUid,
          sopInstanceUid,
        })),
      ),
    ),
  );
}
