import { IsocenterError } from '../contract/errors.ts';
import type { ObjectContext } from '../model/context.ts';
import type { PatientIdentity, StudyIdentity } from '../model/patient.ts';
import type { DataSet } from './codec/dataset.ts';
import type { DataSetInput } from './codec/encode.ts';
import { type DicomFile, readPart10 } from './codec/part10.ts';
import { fitText, textFault } from './codec/text.ts';
import { nameOfUid } from './uid.ts';

/** Said in every object we write, where people read it. */
export const NOT_CLINICAL = 'NOT VALIDATED FOR CLINICAL USE';

/** Creator of our private blocks (PS3.5 7.8.1): element gg10 of the odd group. */
export const PRIVATE_CREATOR = 'ISOCENTER';

/** `now` of the context as DA and TM; fractions of a second and a time zone are dropped. */
export function dateAndTime(context: ObjectContext): { date: string; time: string } {
  const parts = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)/.exec(context.now);
  if (parts === null)
    throw new IsocenterError('INVALID_ATTRIBUTE', `"${context.now}" is no ISO 8601 moment`, { attribute: 'now' });
  const [, year, month, day, hour, minute, second] = parts;
  return { date: year + month + day, time: hour + minute + second };
}

/** Patient, General Study, Series, General Equipment and SOP Common modules (PS3.3 C.7.1.1, C.7.2.1, C.7.3.1, C.7.5.1, C.12.1). */
export function commonModules(context: ObjectContext, sopClassUid: string, modality: string): DataSetInput {
  const { date, time } = dateAndTime(context);
  const { patient, study } = context;
  return {
    SOPClassUID: sopClassUid,
    SOPInstanceUID: context.sopInstanceUid,
    InstanceCreationDate: date,
    InstanceCreationTime: time,
    PatientName: patient.patientName,
    PatientID: patient.patientId,
    PatientBirthDate: patient.patientBirthDate,
    PatientSex: patient.patientSex,
    StudyInstanceUID: study.studyInstanceUid,
    // Study attributes of other makers do not always meet their VR, and they identify nobody: they are cut, or left empty where a
    // cut value would name something else. Patient attributes are copied as they are or refused.
    StudyDate: valid('DA', study.studyDate),
    StudyTime: valid('TM', study.studyTime),
    StudyID: fitText(study.studyId, 16),
    AccessionNumber: valid('SH', study.accessionNumber),
    ReferringPhysicianName: valid('PN', study.referringPhysicianName),
    StudyDescription:
      study.studyDescription === undefined || study.studyDescription === ''
        ? undefined
        : fitText(study.studyDescription, 64),
    Modality: modality,
    SeriesInstanceUID: context.seriesInstanceUid,
    SeriesNumber: context.seriesNumber,
    SeriesDescription: fitText(context.seriesDescription, 64),
    SeriesDate: date,
    SeriesTime: time,
    OperatorsName: context.operator,
    Manufacturer: 'isocenter',
    ManufacturerModelName: 'isocenter',
    SoftwareVersions: fitText(context.softwareVersion, 64),
  };
}

const valid = (vr: string, value: string): string => (textFault(vr, value) === undefined ? value : '');

/** An object record and the context it is written under must agree on the instance UID, or references to it would dangle. */
export function checkInstance(recordUid: string, context: ObjectContext, kind: string): void {
  if (recordUid !== '' && recordUid !== context.sopInstanceUid)
    throw new IsocenterError('CONFLICT', `${kind} ${recordUid} is being written as ${context.sopInstanceUid}`, {
      object: kind,
      attribute: 'SOPInstanceUID',
    });
}

/** Reads an object and checks its SOP class; `accept` decides on classes that are not the standard's. Throws UNSUPPORTED_OBJECT. */
export function openObject(
  bytes: Uint8Array,
  name: string,
  sopClassUid: string,
  accept: (dataset: DataSet) => boolean = () => false,
): DicomFile {
  const file = readPart10(bytes, name);
  const found = file.dataset.needString('SOPClassUID');
  if (found !== sopClassUid && !accept(file.dataset))
    throw new IsocenterError('UNSUPPORTED_OBJECT', `${nameOfUid(found)} where ${nameOfUid(sopClassUid)} was expected`, {
      object: name,
      attribute: 'SOPClassUID',
    });
  return file;
}

const SEXES: readonly string[] = ['M', 'F', 'O'];

export function patientOf(dataset: DataSet): PatientIdentity {
  const sex = dataset.string('PatientSex');
  return {
    patientName: dataset.string('PatientName'),
    patientId: dataset.string('PatientID'),
    patientBirthDate: dataset.string('PatientBirthDate'),
    patientSex: SEXES.includes(sex) ? (sex as PatientIdentity['patientSex']) : '',
  };
}

export function studyOf(dataset: DataSet): StudyIdentity {
  const description = dataset.string('StudyDescription');
  return {
    studyInstanceUid: dataset.needString('StudyInstanceUID'),
    studyDate: dataset.string('StudyDate'),
    studyTime: dataset.string('StudyTime'),
    studyId: dataset.string('StudyID'),
    accessionNumber: dataset.string('AccessionNumber'),
    referringPhysicianName: dataset.string('ReferringPhysicianName'),
    ...(description === '' ? {} : { studyDescription: description }),
  };
}
