import { dicomDate, personName } from '#shared/dicom/personName.ts';

interface PatientCellProps {
  readonly patient: {
    readonly patientName: string;
    readonly patientId: string;
    readonly patientBirthDate: string;
    readonly patientSex: string;
  };
}

/** Who it is about: name above, ID, date of birth and sex below. */
export function PatientCell({ patient }: PatientCellProps) {
  const { patientName, patientId, patientBirthDate, patientSex } = patient;
  const born = patientBirthDate === '' ? '' : `born ${dicomDate(patientBirthDate)}`;
  return (
    <>
      <strong>{personName(patientName) || '(no name)'}</strong>
      <div className="hint">{[patientId || '(no ID)', born, patientSex].filter((text) => text !== '').join(' · ')}</div>
    </>
  );
}
