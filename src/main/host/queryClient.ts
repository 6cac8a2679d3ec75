import type { Archive, QueryRow } from '#main/archive/types.ts';
import type { QueriedNode, QueryClient, StudyRetrieval } from '#main/server/queryClient.ts';
import type { Log } from '#main/server/services.ts';
import type { Caller } from '#main/services/peer.ts';
import { find, findAll } from '#main/services/query/find.ts';
import { get } from '#main/services/query/get.ts';
import { type Answer, textIn, textsIn } from '#main/services/query/identifier.ts';
import { moveTo } from '#main/services/query/move.ts';
import type { RetrieveTarget, Suboperations } from '#main/services/query/retrieval.ts';
import type { SeriesAnswer, StudyAnswer, StudySearch } from '#shared/contract/rpc/query.ts';
import { archiveSink } from './storageSink.ts';

type Held = NonNullable<StudyAnswer['held']>;

const STUDY_KEYS = [
  'PatientName', 'PatientID', 'PatientBirthDate', 'PatientSex', 'StudyInstanceUID', 'StudyDate', 'StudyTime', 'StudyDescription',
  'AccessionNumber', 'ModalitiesInStudy', 'NumberOfStudyRelatedSeries', 'NumberOfStudyRelatedInstances',
] as const; // biome-ignore format: a list
const SERIES_KEYS = [
  'SeriesInstanceUID', 'Modality', 'SeriesNumber', 'SeriesDescription', 'SeriesDate', 'BodyPartExamined',
  'NumberOfSeriesRelatedInstances',
] as const; // biome-ignore format: a list

const empty = (keywords: readonly string[]): Record<string, string> =>
  Object.fromEntries(keywords.map((keyword) => [keyword, '']));

/** Query and retrieve for the page, under the identity that the settings give us. */
export function queryClient(archive: Archive, caller: () => Caller, log: Log): QueryClient {
  const charset = ({ characterSet }: QueriedNode): readonly string[] | undefined => characterSet?.split('\\');
  return {
    studies: (node, search, limit, onStudy, signal) => {
      const keys = { ...empty(STUDY_KEYS), ...matchOf(search) };
      const request = { model: 'study', level: 'STUDY', keys, characterSet: charset(node) } as const;
      return find(node, caller(), request, {
        limit,
        signal,
        onAnswer: async (answer) => {
          const study = studyOf(answer);
          onStudy({ ...study, held: await heldStudy(archive, study, study.studyInstanceUid) });
        },
      });
    },
    async series(node, study, signal) {
      const keys = { ...empty(SERIES_KEYS), StudyInstanceUID: study.studyInstanceUid };
      const request = { model: 'study', level: 'SERIES', keys, characterSet: charset(node) } as const;
      const { found } = await findAll(node, caller(), request, { signal });
      const series: SeriesAnswer[] = [];
      for (const answer of found) {
        const one = seriesOf(answer);
        series.push({ ...one, held: await heldSeries(archive, study, study.studyInstanceUid, one.seriesInstanceUid) });
      }
      return series.sort((a, b) => Number(a.seriesNumber) - Number(b.seriesNumber));
    },
    async retrieve(node, what, onEvent, signal) {
      const own = caller();
      const options = {
        signal,
        characterSet: charset(node),
        log: (level: 'info' | 'warning' | 'error', text: string) => log[level](`${node.aeTitle}: ${text}`),
        onProgress: (counts: Suboperations) => onEvent({ event: 'progress', ...counts }),
      };
      const target = targetOf(what);
      const outcome =
        what.method === 'get'
          ? await get(node, own, target, archiveSink(archive, log), options)
          : await moveTo(node, own, own.callingAe, target, options);
      const held =
        what.seriesInstanceUid === undefined
          ? await heldStudy(archive, what, what.studyInstanceUid)
          : await heldSeries(archive, what, what.studyInstanceUid, what.seriesInstanceUid);
      const { completed, warning, isCancelled, failedInstances } = outcome;
      // What the node says it sent and the archive does not have did not come.
      const missing = Math.max(0, completed + warning - (held?.instances ?? 0));
      const end = {
        completed: completed - Math.min(missing, completed),
        warning,
        failed: outcome.failed + missing,
        isCancelled,
        failedInstances: [...failedInstances],
        statusText: missing === 0 ? outcome.statusText : `${missing} that the node says it sent did not come`,
        held,
      };
      log.info(`${node.aeTitle}: ${end.completed} objects of ${what.studyInstanceUid} retrieved, ${end.failed} failed`);
      onEvent({ event: 'end', ...end });
    },
  };
}

function targetOf({ studyInstanceUid, seriesInstanceUid }: StudyRetrieval): RetrieveTarget {
  const level = seriesInstanceUid === undefined ? 'STUDY' : 'SERIES';
  return { model: 'study', level, studyInstanceUid, seriesInstanceUid };
}

/** A name is searched by its beginning unless wildcards say otherwise; `Family, Given`, as names are shown, is `Family^Given`. */
function matchOf(search: StudySearch): Record<string, string> {
  const { studyDateFrom: from, studyDateTo: to } = search;
  const begins = (text: string): string => (text === '' || /[*?]/.test(text) ? text : `${text}*`);
  return {
    PatientName: begins(search.patientName.replace(/\s*,\s*/, '^')),
    PatientID: search.patientId,
    PatientBirthDate: search.patientBirthDate,
    StudyDate: from === '' && to === '' ? '' : from === to ? from : `${from}-${to}`,
    ModalitiesInStudy: search.modality,
    AccessionNumber: search.accessionNumber,
    StudyDescription: begins(search.studyDescription),
  };
}

const countIn = (answer: Answer, keyword: string): number | undefined => {
  const text = textIn(answer, keyword);
  return /^\d+$/.test(text) ? Number(text) : undefined;
};

function studyOf(answer: Answer): StudyAnswer {
  const text = (keyword: (typeof STUDY_KEYS)[number]): string => textIn(answer, keyword);
  return {
    patientName: text('PatientName'),
    patientId: text('PatientID'),
    patientBirthDate: text('PatientBirthDate'),
    patientSex: text('PatientSex'),
    studyInstanceUid: text('StudyInstanceUID'),
    studyDate: text('StudyDate'),
    studyTime: text('StudyTime'),
    studyDescription: text('StudyDescription'),
    accessionNumber: text('AccessionNumber'),
    modalities: [...textsIn(answer, 'ModalitiesInStudy')],
    series: countIn(answer, 'NumberOfStudyRelatedSeries'),
    instances: countIn(answer, 'NumberOfStudyRelatedInstances'),
  };
}

function seriesOf(answer: Answer): SeriesAnswer {
  const text = (keyword: (typeof SERIES_KEYS)[number]): string => textIn(answer, keyword);
  return {
    seriesInstanceUid: text('SeriesInstanceUID'),
    modality: text('Modality'),
    seriesNumber: text('SeriesNumber'),
    seriesDescription: text('SeriesDescription'),
    seriesDate: text('SeriesDate'),
    bodyPartExamined: text('BodyPartExamined'),
    instances: countIn(answer, 'NumberOfSeriesRelatedInstances'),
  };
}

interface Person {
  readonly patientName: string;
  readonly patientId: string;
}

const heldStudy = async (archive: Archive, person: Person, studyInstanceUid: string): Promise<Held | undefined> =>
  heldOf(
    await archive.query({ level: 'study', match: { StudyInstanceUID: studyInstanceUid } }),
    person,
    'NumberOfStudyRelatedInstances',
  );

async function heldSeries(
  archive: Archive,
  person: Person,
  studyInstanceUid: string,
  seriesInstanceUid: string,
): Promise<Held | undefined> {
  const match = { StudyInstanceUID: studyInstanceUid, SeriesInstanceUID: seriesInstanceUid };
  return heldOf(await archive.query({ level: 'series', match }), person, 'NumberOfSeriesRelatedInstances');
}

/** One row for each patient that has the UID. */
function heldOf(rows: readonly QueryRow[], person: Person, count: string): Held | undefined {
  if (rows.length === 0) return undefined;
  const isSame = (row: QueryRow): boolean =>
    text(row['PatientID']) === person.patientId && folded(text(row['PatientName'])) === folded(person.patientName);
  const other = rows.find((row) => !isSame(row));
  return {
    instances: rows.reduce((sum, row) => sum + Number(row[count] ?? 0), 0),
    patient: other === undefined ? 'same' : 'other',
    otherPatient: other === undefined ? '' : `${shown(text(other['PatientName']))} (${text(other['PatientID'])})`,
  };
}

const text = (value: QueryRow[string] | undefined): string => (value === undefined ? '' : String(value));

/** A name for people. */
const shown = (name: string): string =>
  name
    .split('=')[0]
    .split('^')
    .filter((part) => part !== '')
    .join(', ');

/** The alphabetic group without case, padding and empty trailing components: what tells names apart. */
const folded = (name: string): string =>
  name
    .normalize('NFC')
    .split('=')[0]
    .replace(/[\s^]+$/, '')
    .replace(/\s*\^\s*/g, '^')
    .toLocaleUpperCase('en');
