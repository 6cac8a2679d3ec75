/** The two information models of query and retrieve (PS3.4 C.3): with the patient on top, or with the study (patient attributes inside). */
export type QueryModel = 'patient' | 'study';

/** Query/Retrieve Level (0008,0052), PS3.4 C.3. */
export type QueryLevel = 'PATIENT' | 'STUDY' | 'SERIES' | 'IMAGE';

export type QueryService = 'find' | 'move' | 'get';

/** SOP classes of PS3.4 table C.6-1. */
const SOP_CLASS: Readonly<Record<QueryModel, Readonly<Record<QueryService, string>>>> = {
  patient: {
    find: '1.2.840.10008.5.1.4.1.2.1.1',
    move: '1.2.840.10008.5.1.4.1.2.1.2',
    get: '1.2.840.10008.5.1.4.1.2.1.3',
  },
  study: {
    find: '1.2.840.10008.5.1.4.1.2.2.1',
    move: '1.2.840.10008.5.1.4.1.2.2.2',
    get: '1.2.840.10008.5.1.4.1.2.2.3',
  },
};

export const sopClassOf = (model: QueryModel, service: QueryService): string => SOP_CLASS[model][service];

/** The model a SOP class of a service belongs to; undefined for any other SOP class. */
export function modelOf(sopClassUid: string, service: QueryService): QueryModel | undefined {
  if (sopClassUid === SOP_CLASS.patient[service]) return 'patient';
  return sopClassUid === SOP_CLASS.study[service] ? 'study' : undefined;
}

/** Unique keys, PS3.4 C.6.1.1 and C.6.2.1. */
export const UNIQUE_KEY = {
  PATIENT: 'PatientID',
  STUDY: 'StudyInstanceUID',
  SERIES: 'SeriesInstanceUID',
  IMAGE: 'SOPInstanceUID',
} as const satisfies Record<QueryLevel, string>;

const LEVELS: Readonly<Record<QueryModel, readonly QueryLevel[]>> = {
  patient: ['PATIENT', 'STUDY', 'SERIES', 'IMAGE'],
  study: ['STUDY', 'SERIES', 'IMAGE'],
};

/** Levels of a model from the top down to `level`; [] when the model has no such level. */
export function levelsDownTo(model: QueryModel, level: string): readonly QueryLevel[] {
  const levels = LEVELS[model];
  return levels.slice(0, levels.findIndex((one) => one === level) + 1);
}
