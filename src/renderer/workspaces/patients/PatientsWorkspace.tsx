import { useEffect, useState } from 'react';
import { dicomDate, personName } from '#shared/dicom/personName.ts';
import { openPatientByKey } from '#renderer/app/session.ts';
import { WorkspaceLayout } from '#renderer/app/WorkspaceLayout.tsx';
import { rpc } from '#renderer/client/rpc.ts';
import { Button } from '#renderer/kit/Button.tsx';
import { type Column, Table } from '#renderer/kit/Table.tsx';
import { useSession } from '#renderer/stores/sessionStore.ts';
import { errorWords } from '#shared/contract/errors.ts';
import { PATIENTS_AT_ONCE, type PatientSummary } from '#shared/contract/rpc/patients.ts';
import { localMoment } from '#shared/report/compose/words.ts';
import { ImportPanel } from './ImportPanel.tsx';
import { PatientTreeView } from './PatientTreeView.tsx';
import './patients.css';

function PatientName({ patient }: { readonly patient: PatientSummary }) {
  return (
    <>
      <strong>{personName(patient.patientName) || '(no name)'}</strong>
      {patient.conflicts.length > 0 && (
        <span className="error-text" title={patient.conflicts.join('\n')}>
          {' '}
          identity in doubt
        </span>
      )}
    </>
  );
}

/** By which a study is looked for: when it was acquired, and what of. */
function LatestStudy({ patient: { latestStudy } }: { readonly patient: PatientSummary }) {
  if (latestStudy === undefined) return '–';
  const { date, description } = latestStudy;
  return (
    <span className="latest-study" title={description}>
      <span className="numeric">{dicomDate(date) || '(undated)'}</span> {description}
    </span>
  );
}

const COLUMNS: readonly Column<PatientSummary>[] = [
  { key: 'name', title: 'Name', render: (p) => <PatientName patient={p} /> },
  { key: 'id', title: 'ID', render: (p) => p.patientId || '(none)' },
  { key: 'born', title: 'Born', render: (p) => <span className="moment">{dicomDate(p.patientBirthDate)}</span> },
  { key: 'sex', title: 'Sex', render: (p) => p.patientSex },
  {
    key: 'modalities',
    title: 'Has',
    render: (p) => (
      <span className="tags">
        {p.modalities.map((modality) => (
          <span key={modality} className={`modality ${modality}`}>
            {modality}
          </span>
        ))}
      </span>
    ),
  },
  { key: 'latest', title: 'Latest study', render: (p) => <LatestStudy patient={p} /> },
  { key: 'studies', title: 'Studies', numeric: true, render: (p) => p.studies },
  { key: 'instances', title: 'Objects', numeric: true, render: (p) => p.instances },
  {
    key: 'received',
    title: 'Last received',
    render: (p) => <span className="moment">{localMoment(p.lastReceived).slice(0, 16)}</span>,
  },
];

const SEARCH_DELAY_MS = 200;

/** A list that is cut off must say so: who is not in it may be in the archive all the same. */
function countOf(patients: readonly PatientSummary[] | undefined): string {
  if (patients === undefined) return 'Reading…';
  if (patients.length >= PATIENTS_AT_ONCE)
    return `The first ${PATIENTS_AT_ONCE} patients by name: search to find others`;
  return patients.length === 1 ? '1 patient' : `${patients.length} patients`;
}

/** The archive's patients, searched by name or ID; what the selected one has; import of files. */
export default function PatientsWorkspace() {
  const [search, setSearch] = useState('');
  const [selected, setSelected] = useState<string | undefined>();
  const revision = useSession((state) => state.archiveRevision);
  const { patients, error } = usePatients(search, revision);
  const shown = patients?.find(({ key }) => key === selected) ?? patients?.[0];
  return (
    <WorkspaceLayout left={<ImportPanel />}>
      <div className="patients">
        <div className="patients-head">
          <input
            type="search"
            placeholder="Search name or ID"
            aria-label="search patients"
            data-testid="patient-search"
            value={search}
            onChange={(event) => setSearch(event.target.value)}
          />
          <span className="hint">{countOf(patients)}</span>
          <Button
            kind="primary"
            data-testid="open-patient"
            disabled={shown === undefined}
            onClick={() => shown && void openPatientByKey(shown.key)}
          >
            Open
          </Button>
        </div>
        {error !== undefined && <p className="error-text">{error}</p>}
        <div className="patients-table">
          <Table
            data-testid="patient-table"
            columns={COLUMNS}
            rows={patients ?? []}
            rowKey={({ key }) => key}
            selected={shown?.key}
            onSelect={({ key }) => setSelected(key)}
            onOpen={({ key }) => void openPatientByKey(key)}
            empty={
              search === ''
                ? 'The archive is empty. Send images to the DICOM address below, or drop files on the left.'
                : 'No patient matches.'
            }
          />
        </div>
        {shown !== undefined && <PatientTreeView key={shown.key} patient={shown} revision={revision} />}
      </div>
    </WorkspaceLayout>
  );
}

/** The list for a search text, a moment after typing stops; the newest answer wins. */
function usePatients(search: string, revision: number): { patients?: PatientSummary[]; error?: string } {
  const [result, setResult] = useState<{ patients?: PatientSummary[]; error?: string }>({});
  useEffect(() => {
    let current = true;
    const timer = setTimeout(() => {
      rpc.patients
        .list({ search })
        .then((patients) => current && setResult({ patients }))
        .catch((error: unknown) => current && setResult({ error: errorWords(error) }));
    }, SEARCH_DELAY_MS);
    return () => {
      current = false;
      clearTimeout(timer);
    };
  }, [search, revision]);
  return result;
}
