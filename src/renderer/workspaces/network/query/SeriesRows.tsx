import { useEffect, useState } from 'react';
import { personName } from '#shared/dicom/personName.ts';
import { rpc } from '#renderer/client/rpc.ts';
import { errorWords } from '#shared/contract/errors.ts';
import type { SeriesAnswer, StudyAnswer } from '#shared/contract/rpc/query.ts';
import { HeldText, RetrieveCell } from './RetrieveCell.tsx';
import { retrieve, useRetrievals } from './retrievals.ts';

interface SeriesRowsProps {
  readonly nodeId: string;
  readonly study: StudyAnswer;
  readonly method: 'get' | 'move';
  readonly columns: number;
}

/** The series of an unfolded study; the node is asked when it is unfolded. */
export function SeriesRows({ nodeId, study, method, columns }: SeriesRowsProps) {
  const [series, setSeries] = useState<readonly SeriesAnswer[] | null>(null);
  const [failure, setFailure] = useState('');
  const retrievals = useRetrievals((state) => state.retrievals);
  const { studyInstanceUid, patientName, patientId, held } = study;
  useEffect(() => {
    const stop = new AbortController();
    // Asked again when the study was retrieved: what is held has changed.
    void held;
    rpc.query
      .series({ nodeId, studyInstanceUid, patientName, patientId }, { signal: stop.signal })
      .then(setSeries)
      .catch((error: unknown) => {
        if (!stop.signal.aborted) setFailure(errorWords(error));
      });
    return () => stop.abort();
  }, [nodeId, studyInstanceUid, patientName, patientId, held]);
  if (failure !== '' || series === null || series.length === 0) {
    return (
      <tr className="query-series">
        <td />
        <td colSpan={columns - 1} className={failure === '' ? 'hint' : 'error-text'}>
          {failure === '' ? (series === null ? 'Asking for the series…' : 'The node names no series.') : failure}
        </td>
      </tr>
    );
  }
  const fetchSeries = async (seriesInstanceUid: string): Promise<void> => {
    const end = await retrieve({ nodeId, study, seriesInstanceUid, method });
    if (end === null) return;
    setSeries((old) =>
      (old ?? []).map((one) => (one.seriesInstanceUid === seriesInstanceUid ? { ...one, held: end.held } : one)),
    );
  };
  return series.map((one) => (
    <tr key={one.seriesInstanceUid} className="query-series" data-testid="query-series">
      <td />
      <td className="hint">
        {personName(study.patientName)} · {study.patientId}
      </td>
      <td colSpan={2}>series {one.seriesNumber}</td>
      <td>
        <span className={`modality ${one.modality}`}>{one.modality}</span>
      </td>
      <td title={one.seriesInstanceUid}>
        {[one.seriesDescription, one.bodyPartExamined].filter((text) => text !== '').join(' · ') || '(no description)'}
      </td>
      <td className="numeric">{one.instances ?? ''}</td>
      <td>
        <HeldText held={one.held} instances={one.instances} />
      </td>
      <td>
        <RetrieveCell
          what="series"
          testId="retrieve-series"
          retrieval={retrievals.get(one.seriesInstanceUid)}
          disabled={one.held?.patient === 'other'}
          onRetrieve={() => void fetchSeries(one.seriesInstanceUid)}
        />
      </td>
    </tr>
  ));
}
