/** Patient and study attributes copied into every object we write (PS3.3 C.7.1, C.7.2). Dates are DICOM DA, times TM. */
export interface PatientIdentity {
  readonly patientName: string;
  readonly patientId: string;
  readonly patientBirthDate: string;
  readonly patientSex: 'M' | 'F' | 'O' | '';
}

export interface StudyIdentity {
  readonly studyInstanceUid: string;
  readonly studyDate: string;
  readonly studyTime: string;
  readonly studyId: string;
  readonly accessionNumber: string;
  readonly referringPhysicianName: string;
  readonly studyDescription?: string;
}
