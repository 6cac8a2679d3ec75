import { Fragment, useState } from 'react';
import { dicomDate, personName } from '#shared/dicom/personName.ts';
import { openPatientByKey } from '#renderer/app/session.ts';
import { rpc } from '#renderer/client/rpc.ts';
import { Button } from '#renderer/kit/Button.tsx';
import { toast } from '#renderer/kit/toast.ts';
import { errorWords } from '#shared/contract/errors.ts';
import type { StudyAnswer } from '#shared/contract/rpc/query.ts';
import { HeldText, RetrieveCell } from './RetrieveCell.tsx';
import { retrieve, useRetrievals } from './retrievals.ts';
import { SeriesRows } from './SeriesRows.tsx';

interface StudyTableProps {
  readonly nodeId: string;
  readonly studies: readonly StudyAnswer[];
  readonly method: 'get' | 'move';
  /** Said when there are none. */
  readonly empty: string;
}

const COLUMNS: readonly (readonly [key: string, title: string])[] = [
  ['fold', ''],
  ['patient', 'Patient'],
  ['born', 'Born'],
  ['date', 'Study date'],
  ['modalities', 'Modalities'],
  ['description', 'Description'],
  ['objects', 'Objects'],
  ['held', 'In the archive'],
  ['retrieve', ''],
];

/** Opens the patient whom the archive has the study of. */
async function open(studyInstanceUid: string): Promise<void> {
  try {
    const { patientKey } = await rpc.query.patientOf({ studyInstanceUid });
    await openPatientByKey(patientKey);
  } catch (error) {
    toast(errorWords(error), 'error');
  }
}

/** Studies of a node, with whose they are in every row; unfolded, their series. */
export function StudyTable({ nodeId, studies, method, empty }: StudyTableProps) {
  const [unfolded, setUnfolded] = useState<ReadonlySet<string>>(new Set());
  const retrievals = useRetrievals((state) => state.retrievals);
  const toggle = (uid: string): void => {
    const next = new Set(unfolded);
    if (!next.delete(uid)) next.add(uid);
    setUnfolded(next);
  };
  return (
    <table className="table query-table" data-testid="query-table">
      <thead>
        <tr>
          {COLUMNS.map(([key, title]) => (
            <th key={key} className={key === 'objects' ? 'numeric' : ''}>
              {title}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {studies.map((study) => {
          const uid = study.studyInstanceUid;
          // One study UID may be answered for two patients: both rows stand.
          const key = `${uid} ${study.patientId} ${study.patientName}`;
          const isOpen = unfolded.has(key);
          return (
            <Fragment key={key}>
              <tr data-testid="query-study" data-uid={uid}>
                <td>
                  <button
                    type="button"
                    className="button quiet"
                    aria-expanded={isOpen}
                    aria-label={`series of ${study.patientId}`}
                    data-testid="query-unfold"
                    onClick={() => toggle(key)}
                  >
                    {isOpen ? '▾' : '▸'}
                  </button>
                </td>
                <td>
                  <strong>{personName(study.patientName) || '(no name)'}</strong>
                  <div className="hint">
                    {[study.patientId || '(no ID)', study.patientSex].filter((text) => text !== '').join(' · ')}
                  </div>
                </td>
                <td>{dicomDate(study.patientBirthDate)}</td>
                <td>{dicomDate(study.studyDate)}</td>
                <td>{study.modalities.join(', ')}</td>
                <td title={uid}>
                  {study.studyDescription || '(no description)'}
                  {study.accessionNumber !== '' && <div className="hint">accession {study.accessionNumber}</div>}
                </td>
                <td className="numeric">{study.instances ?? ''}</td>
                <td>
                  <HeldText held={study.held} instances={study.instances} />
                  {study.held?.patient === 'same' && (
                    <Button kind="quiet" data-testid="query-open" onClick={() => void open(uid)}>
                      Open patient
                    </Button>
                  )}
                </td>
                <td>
                  <RetrieveCell
                    what="study"
                    testId="retrieve-study"
                    retrieval={retrievals.get(uid)}
                    disabled={study.held?.patient === 'other'}
                    onRetrieve={() => void retrieve({ nodeId, study, method })}
                  />
                </td>
              </tr>
              {isOpen && <SeriesRows nodeId={nodeId} study={study} method={method} columns={COLUMNS.length} />}
            </Fragment>
          );
        })}
        {studies.length === 0 && (
          <tr className="empty-row">
            <td colSpan={COLUMNS.length}>{empty}</td>
          </tr>
        )}
      </tbody>
    </table>
  );
}
