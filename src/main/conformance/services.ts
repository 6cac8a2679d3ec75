import { PERFORMED_PROCEDURE_STEP } from '#main/services/mpps/scu.ts';
import { STORAGE_COMMITMENT } from '#main/services/commitment/report.ts';
import { VERIFICATION_SOP_CLASS } from '#main/services/echo.ts';
import {
  ANNOTATION_BOX,
  FILM_BOX,
  FILM_SESSION,
  GRAYSCALE_IMAGE_BOX,
  GRAYSCALE_PRINT_META,
  PRESENTATION_LUT,
  PRINT_JOB,
  PRINTER,
} from '#main/services/print/sopClasses.ts';
import { type QueryModel, type QueryService, sopClassOf } from '#main/services/query/model.ts';
import { UPS_EVENT, UPS_PULL, UPS_PUSH, UPS_QUERY, UPS_WATCH } from '#main/services/ups/sopClasses.ts';
import { MODALITY_WORKLIST } from '#main/services/worklist/find.ts';

/** One row of the overview: a SOP class and the roles we have in it. */
export interface ServiceRow {
  readonly service: string;
  readonly name: string;
  readonly uid: string;
  readonly scu: boolean;
  readonly scp: boolean;
}

const both = { scu: true, scp: true };
const scuOnly = { scu: true, scp: false };

const MODELS: readonly (readonly [QueryModel, string])[] = [
  ['patient', 'Patient Root'],
  ['study', 'Study Root'],
];
const OPERATIONS: readonly (readonly [QueryService, string])[] = [
  ['find', 'FIND'],
  ['move', 'MOVE'],
  ['get', 'GET'],
];

/** Every service but storage, whose SOP classes have a table of their own. */
export const SERVICES: readonly ServiceRow[] = [
  { service: 'Verification', name: 'Verification', uid: VERIFICATION_SOP_CLASS, ...both },
  ...MODELS.flatMap(([model, words]) =>
    OPERATIONS.map(([operation, verb]) => ({
      service: 'Query/Retrieve',
      name: `${words} Information Model – ${verb}`,
      uid: sopClassOf(model, operation),
      ...both,
    })),
  ),
  { service: 'Storage Commitment', name: 'Storage Commitment Push Model', uid: STORAGE_COMMITMENT, ...both },
  { service: 'Workflow', name: 'Modality Worklist Information Model – FIND', uid: MODALITY_WORKLIST, ...scuOnly },
  { service: 'Workflow', name: 'Modality Performed Procedure Step', uid: PERFORMED_PROCEDURE_STEP, ...scuOnly },
  { service: 'Workflow', name: 'Unified Procedure Step – Push', uid: UPS_PUSH, ...scuOnly },
  { service: 'Workflow', name: 'Unified Procedure Step – Watch', uid: UPS_WATCH, ...both },
  { service: 'Workflow', name: 'Unified Procedure Step – Pull', uid: UPS_PULL, ...both },
  { service: 'Workflow', name: 'Unified Procedure Step – Event', uid: UPS_EVENT, ...both },
  { service: 'Workflow', name: 'Unified Procedure Step – Query', uid: UPS_QUERY, ...both },
  { service: 'Print', name: 'Basic Grayscale Print Management Meta', uid: GRAYSCALE_PRINT_META, ...scuOnly },
  { service: 'Print', name: 'Basic Film Session', uid: FILM_SESSION, ...scuOnly },
  { service: 'Print', name: 'Basic Film Box', uid: FILM_BOX, ...scuOnly },
  { service: 'Print', name: 'Basic Grayscale Image Box', uid: GRAYSCALE_IMAGE_BOX, ...scuOnly },
  { service: 'Print', name: 'Basic Annotation Box', uid: ANNOTATION_BOX, ...scuOnly },
  { service: 'Print', name: 'Presentation LUT', uid: PRESENTATION_LUT, ...scuOnly },
  { service: 'Print', name: 'Printer', uid: PRINTER, ...scuOnly },
  { service: 'Print', name: 'Print Job', uid: PRINT_JOB, ...scuOnly },
];
