import { create } from 'zustand';
import { rpc } from '#renderer/client/rpc.ts';
import { toast } from '#renderer/kit/toast.ts';
import { errorWords } from '#shared/contract/errors.ts';
import type { RetrieveEvent, StudyAnswer } from '#shared/contract/rpc/query.ts';
import { noteHeld } from './queryStore.ts';

type Counts = Omit<Extract<RetrieveEvent, { event: 'progress' }>, 'event'>;
type End = Extract<RetrieveEvent, { event: 'end' }>;

/** One retrieval, under way or ended. */
export interface Retrieval {
  readonly counts: Counts | null;
  readonly running: AbortController | null;
  readonly end: End | null;
  readonly failure: string;
}

interface RetrievalState {
  /** By study or series UID; they go on while the section is not shown. */
  readonly retrievals: ReadonlyMap<string, Retrieval>;
}

export const useRetrievals = create<RetrievalState>(() => ({ retrievals: new Map() }));

function change(key: string, edit: Partial<Retrieval>): void {
  useRetrievals.setState(({ retrievals }) => {
    const before = retrievals.get(key) ?? { counts: null, running: null, end: null, failure: '' };
    return { retrievals: new Map(retrievals).set(key, { ...before, ...edit }) };
  });
}

export interface RetrieveWish {
  readonly nodeId: string;
  readonly study: StudyAnswer;
  /** The whole study when absent. */
  readonly seriesInstanceUid?: string;
  readonly method: 'get' | 'move';
}

/** Brings a study or series into the archive; its state is in `useRetrievals` under its UID. Resolves with the end, if it came to one. */
export async function retrieve({ nodeId, study, seriesInstanceUid, method }: RetrieveWish): Promise<End | null> {
  const { studyInstanceUid, patientName, patientId } = study;
  const key = seriesInstanceUid ?? studyInstanceUid;
  const run = new AbortController();
  change(key, { counts: null, running: run, end: null, failure: '' });
  let end: End | null = null;
  try {
    const wish = { nodeId, patientName, patientId, studyInstanceUid, seriesInstanceUid, method };
    const events = await rpc.query.retrieve(wish, { signal: run.signal });
    for await (const event of events) {
      if (event.event === 'progress') change(key, { counts: event });
      else {
        end = event;
        change(key, { end });
      }
    }
    if (end !== null && seriesInstanceUid === undefined) noteHeld(studyInstanceUid, end.held);
    if (end !== null) toast(endText(end), end.failed > 0 || end.isCancelled ? 'error' : 'success');
  } catch (error) {
    change(key, { failure: run.signal.aborted ? 'Cancelled; what had come by then is kept' : errorWords(error) });
  } finally {
    change(key, { running: null });
  }
  return end;
}

/** How a retrieval ended, in words. */
export function endText({ completed, failed, warning, isCancelled, statusText }: End): string {
  const objects = (count: number): string => `${count} ${count === 1 ? 'object' : 'objects'}`;
  const came = `${objects(completed + warning)} retrieved`;
  if (isCancelled) return `${came}, then cancelled`;
  if (failed > 0) return `${came}, ${objects(failed)} failed: ${statusText}`;
  return warning > 0 ? `${came}, ${objects(warning)} with warnings: ${statusText}` : came;
}
