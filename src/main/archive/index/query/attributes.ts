import type { Level } from '../../types.ts';

/** An attribute that can be matched and returned: PS3.4 C.6.2.1 and PS3.18 10.6, as far as the index holds them. */
export interface QueryAttribute {
  readonly keyword: string;
  readonly tag: string;
  readonly vr: 'UI' | 'PN' | 'LO' | 'SH' | 'CS' | 'DA' | 'TM' | 'IS' | 'US';
  readonly level: Level;
  /** SQL over the joined tables; every name in it is ours. */
  readonly sql: string;
  /** A list of values under one row (ModalitiesInStudy): matched if any of them matches. */
  readonly list?: true;
  /** Counted, not stored: returned, never matched. */
  readonly computed?: true;
}

const rows: readonly [keyword: string, tag: string, vr: QueryAttribute['vr'], level: Level, sql: string, extra?: 'list' | 'computed'][] = [
  ['PatientName', '00100010', 'PN', 'patient', 'patient.name'],
  ['PatientID', '00100020', 'LO', 'patient', 'patient.patient_id'],
  ['IssuerOfPatientID', '00100021', 'LO', 'patient', 'patient.issuer'],
  ['PatientBirthDate', '00100030', 'DA', 'patient', 'patient.birth_date'],
  ['PatientSex', '00100040', 'CS', 'patient', 'patient.sex'],
  ['NumberOfPatientRelatedStudies', '00201200', 'IS', 'patient', 'patient.studies', 'computed'],
  ['NumberOfPatientRelatedSeries', '00201202', 'IS', 'patient', 'patient.series', 'computed'],
  ['NumberOfPatientRelatedInstances', '00201204', 'IS', 'patient', 'patient.instances', 'computed'],
  ['StudyInstanceUID', '0020000D', 'UI', 'study', 'study.uid'],
  ['StudyDate', '00080020', 'DA', 'study', 'study.date'],
  ['StudyTime', '00080030', 'TM', 'study', 'study.time'],
  ['StudyID', '00200010', 'SH', 'study', 'study.study_id'],
  ['StudyDescription', '00081030', 'LO', 'study', 'study.description'],
  ['AccessionNumber', '00080050', 'SH', 'study', 'study.accession'],
  ['ReferringPhysicianName', '00080090', 'PN', 'study', 'study.referring'],
  ['ModalitiesInStudy', '00080061', 'CS', 'study', 'study.modalities', 'list'],
  ['SOPClassesInStudy', '00080062', 'UI', 'study', 'study.sop_classes', 'list'],
  ['NumberOfStudyRelatedSeries', '00201206', 'IS', 'study', 'study.series', 'computed'],
  ['NumberOfStudyRelatedInstances', '00201208', 'IS', 'study', 'study.instances', 'computed'],
  ['SeriesInstanceUID', '0020000E', 'UI', 'series', 'series.uid'],
  ['Modality', '00080060', 'CS', 'series', 'series.modality'],
  ['SeriesNumber', '00200011', 'IS', 'series', 'series.number'],
  ['SeriesDescription', '0008103E', 'LO', 'series', 'series.description'],
  ['SeriesDate', '00080021', 'DA', 'series', 'series.date'],
  ['SeriesTime', '00080031', 'TM', 'series', 'series.time'],
  ['BodyPartExamined', '00180015', 'CS', 'series', 'series.body_part'],
  ['ProtocolName', '00181030', 'LO', 'series', 'series.protocol'],
  ['StationName', '00081010', 'SH', 'series', 'series.station'],
  ['FrameOfReferenceUID', '00200052', 'UI', 'series', 'series.frame'],
  ['NumberOfSeriesRelatedInstances', '00201209', 'IS', 'series', 'series.instances', 'computed'],
  ['SOPClassUID', '00080016', 'UI', 'instance', 'instance.sop_class'],
  ['SOPInstanceUID', '00080018', 'UI', 'instance', 'instance.uid'],
  ['AvailableTransferSyntaxUID', '00083002', 'UI', 'instance', 'instance.transfer_syntax'],
  ['InstanceNumber', '00200013', 'IS', 'instance', 'instance.number'],
  ['InstanceCreationDate', '00080012', 'DA', 'instance', 'instance.created_date'],
  ['InstanceCreationTime', '00080013', 'TM', 'instance', 'instance.created_time'],
  ['ContentLabel', '00700080', 'CS', 'instance', 'instance.label'],
  ['ApprovalStatus', '300E0002', 'CS', 'instance', 'instance.approval'],
  ['Rows', '00280010', 'US', 'instance', 'instance.rows'],
  ['Columns', '00280011', 'US', 'instance', 'instance.columns'],
  ['BitsAllocated', '00280100', 'US', 'instance', 'instance.bits_allocated'],
  ['NumberOfFrames', '00280008', 'IS', 'instance', 'instance.frames'],
]; // biome-ignore format: a table

export const QUERY_ATTRIBUTES: readonly QueryAttribute[] = rows.map(([keyword, tag, vr, level, sql, extra]) => ({
  keyword,
  tag,
  vr,
  level,
  sql,
  ...(extra === 'list' ? { list: true as const } : {}),
  ...(extra === 'computed' ? { computed: true as const } : {}),
}));

const byName = new Map(QUERY_ATTRIBUTES.flatMap((a) => [[a.keyword.toUpperCase(), a] as const, [a.tag, a] as const]));

/** By keyword or by tag as eight hex digits, any case. */
export const attributeNamed = (name: string): QueryAttribute | undefined => byName.get(name.toUpperCase());

const ORDER: readonly Level[] = ['patient', 'study', 'series', 'instance'];

/** Whether an attribute of `inner` can be matched or returned at `level`: its own level or one above. */
export const reaches = (level: Level, inner: Level): boolean => ORDER.indexOf(inner) <= ORDER.indexOf(level);
