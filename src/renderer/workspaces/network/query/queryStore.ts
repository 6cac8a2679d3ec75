import { create } from 'zustand';
import { rpc } from '#renderer/client/rpc.ts';
import { errorWords } from '#shared/contract/errors.ts';
import type { FindEvent, StudyAnswer, StudySearch } from '#shared/contract/rpc/query.ts';

/** A search and what came of it; it stays while the section is not shown. */
interface QueryState {
  /** Which node was asked; '' before the first search. */
  readonly nodeId: string;
  readonly studies: readonly StudyAnswer[];
  readonly running: AbortController | null;
  readonly end: Extract<FindEvent, { event: 'end' }> | null;
  readonly failure: string;
}

const NOTHING: QueryState = { nodeId: '', studies: [], running: null, end: null, failure: '' };
/** More is no list to choose from; the section says when it was not all. */
const LIMIT = 200;

export const useQuery = create<QueryState>(() => NOTHING);

/** Asks a node; what an earlier search still brings is dropped. */
export async function searchStudies(nodeId: string, search: StudySearch): Promise<void> {
  useQuery.getState().running?.abort();
  const run = new AbortController();
  useQuery.setState({ ...NOTHING, nodeId, running: run });
  const isCurrent = (): boolean => useQuery.getState().running === run;
  try {
    const events = await rpc.query.studies({ nodeId, search, limit: LIMIT }, { signal: run.signal });
    for await (const event of events) {
      if (!isCurrent()) return;
      if (event.event === 'end') useQuery.setState({ end: event });
      else useQuery.setState(({ studies }) => ({ studies: [...studies, event.study] }));
    }
  } catch (error) {
    if (isCurrent()) useQuery.setState({ failure: run.signal.aborted ? 'Search stopped' : errorWords(error) });
  } finally {
    if (isCurrent()) useQuery.setState({ running: null });
  }
}

/** Puts what the archive now holds beside the study. */
export function noteHeld(studyInstanceUid: string, held: StudyAnswer['held']): void {
  useQuery.setState(({ studies }) => ({
    studies: studies.map((study) => (study.studyInstanceUid === studyInstanceUid ? { ...study, held } : study)),
  }));
}
