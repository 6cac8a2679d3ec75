import { doseRemarks } from '#shared/dosimetry/standing/doseStanding.ts';
import { useDocument } from '#renderer/document/store.ts';
import { dicomDate, personName } from '#shared/dicom/personName.ts';

const SEX: Readonly<Record<string, string>> = { M: 'male', F: 'female', O: 'other' };

/** Who is on screen: always visible. Missing identity is said, not left blank. */
export function PatientBanner() {
  const document = useDocument((state) => state.document);
  return (
    <header className="banner" data-testid="patient-banner" data-patient-key={document?.patientKey ?? ''}>
      <span className="brand">isocenter</span>
      {document === null ? (
        <span className="banner-none">No patient open</span>
      ) : (
        <>
          <strong className="banner-name" data-testid="patient-name">
            {personName(document.patient.patientName) || '(no name)'}
          </strong>
          <BannerItem identity label="ID" value={document.patient.patientId || '(none)'} />
          <BannerItem identity label="Born" value={dicomDate(document.patient.patientBirthDate) || '(unknown)'} />
          <BannerItem identity label="Sex" value={SEX[document.patient.patientSex] ?? '(unknown)'} />
          <BannerItem
            label="Study"
            value={
              [dicomDate(document.study.studyDate), document.study.studyDescription].filter(Boolean).join(' ') ||
              '(undated)'
            }
          />
          {document.plan !== undefined && (
            <BannerItem label="Plan" value={`${document.plan.label}${document.planDirty ? ' (not saved)' : ''}`} />
          )}
          {document.tree.conflicts.length > 0 && (
            <span className="badge danger" title={document.tree.conflicts.join('\n')} data-testid="patient-conflict">
              identity in doubt: {document.tree.conflicts[0]}
            </span>
          )}
          {document.structuresDirty && <span className="badge warning">structures not saved</span>}
          {document.dose !== undefined &&
            doseRemarks(document.dose, document.doseStale).map(({ kind, title, reason }) => (
              <span key={kind} className="badge warning" title={reason} data-testid={`banner-dose-${kind}`}>
                {title.toLowerCase()}
              </span>
            ))}
        </>
      )}
      <span className="badge caution" data-testid="not-medical">
        Not a medical device – not for clinical use
      </span>
    </header>
  );
}

interface BannerItemProps {
  readonly label: string;
  readonly value: string;
  /** Tells who the patient is: never cut short. */
  readonly identity?: boolean;
}

function BannerItem({ label, value, identity = false }: BannerItemProps) {
  return (
    <span className={identity ? 'banner-item identity' : 'banner-item'} title={`${label} ${value}`}>
      <small>{label}</small> {value}
    </span>
  );
}
