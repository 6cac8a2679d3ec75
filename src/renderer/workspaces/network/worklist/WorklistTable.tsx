import { dicomDate, personName } from '#shared/dicom/personName.ts';
import { Button } from '#renderer/kit/Button.tsx';
import { type Column, Table } from '#renderer/kit/Table.tsx';
import { isSameScheduledStep, type ProcedureStep, type WorklistItem } from '#shared/contract/rpc/worklist.ts';
import { PatientCell } from './PatientCell.tsx';
import { startedAlready, timeOfDay } from './words.ts';

interface WorklistTableProps {
  readonly items: readonly WorklistItem[];
  readonly steps: readonly ProcedureStep[];
  /** Being started at this moment. */
  readonly starting: WorklistItem | null;
  /** Asked anew at this moment: nothing of it is to be begun. */
  readonly isOld: boolean;
  readonly empty: string;
  readonly onStart: (item: WorklistItem) => void;
}

const keyOf = (item: WorklistItem): string =>
  [item.patientId, item.studyInstanceUid, item.stepId, item.startDate, item.startTime].join(' ');

/** What a RIS has scheduled, with whose it is in every row. */
export function WorklistTable({ items, steps, starting, isOld, empty, onStart }: WorklistTableProps) {
  const columns: readonly Column<WorklistItem>[] = [
    {
      key: 'time',
      title: 'Time',
      render: ({ startDate, startTime }) => (
        <>
          <strong>{timeOfDay(startTime)}</strong>
          <div className="hint">{dicomDate(startDate)}</div>
        </>
      ),
    },
    { key: 'patient', title: 'Patient', render: (item) => <PatientCell patient={item} /> },
    {
      key: 'procedure',
      title: 'Procedure',
      render: (item) => (
        <>
          {item.step || item.requestedProcedure || '(not described)'}
          {item.accessionNumber !== '' && <div className="hint">accession {item.accessionNumber}</div>}
        </>
      ),
    },
    { key: 'modality', title: 'Modality', render: ({ modality }) => modality },
    {
      key: 'station',
      title: 'Station',
      render: ({ stationAeTitle, stationName, location }) => (
        <>
          {stationName || stationAeTitle}
          <div className="hint">
            {[stationName === '' ? '' : stationAeTitle, location].filter((text) => text !== '').join(' · ')}
          </div>
        </>
      ),
    },
    { key: 'by', title: 'By', render: ({ performingPhysician }) => personName(performingPhysician) },
    {
      key: 'actions',
      title: '',
      render: (item) => {
        const isStarting = starting !== null && isSameScheduledStep(starting, item);
        const why = isStarting ? 'being started' : startedAlready(item, steps);
        return (
          <>
            <Button
              data-testid={`start-${item.patientId}`}
              disabled={isOld || starting !== null || why !== undefined}
              onClick={() => onStart(item)}
            >
              Start
            </Button>
            {why !== undefined && <div className="hint">{why}</div>}
          </>
        );
      },
    },
  ];
  return <Table data-testid="worklist-table" columns={columns} rows={items} rowKey={keyOf} empty={empty} />;
}
