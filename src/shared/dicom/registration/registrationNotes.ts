import { z } from 'zod';
import type { Landmark, Registration, RegistrationMethod, RegistrationQuality } from '../../model/registration.ts';
import type { DataSet } from '../codec/dataset.ts';
import type { DataSetInput } from '../codec/encode.ts';
import { NOT_CLINICAL, PRIVATE_CREATOR } from '../modules.ts';
import { fitText } from '../codec/text.ts';

/** RCS Registration Method Type, CID 7100 (PS3.16), in coding scheme DCM. */
const METHOD_CODES: readonly (readonly [RegistrationMethod, string, string])[] = [
  ['identity', '125021', 'Frame of Reference Identity'],
  ['landmarks', '125022', 'Fiducial Alignment'],
  ['equipment', '125023', 'Acquisition Equipment Alignment'],
  ['automatic', '125024', 'Image Content-based Alignment'],
  ['manual', '125025', 'Visual Alignment'],
];

/** Items of Registration Type Code Sequence (type 2: empty when the method is not known). */
export const methodItems = (method: RegistrationMethod | undefined): DataSetInput[] =>
  METHOD_CODES.filter(([name]) => name === method).map(([, code, meaning]) => ({
    CodeValue: code,
    CodingSchemeDesignator: 'DCM',
    CodeMeaning: meaning,
  }));

/** The method an item's Registration Type Code Sequence names; undefined when it names none we know. */
export function methodOf(item: DataSet): RegistrationMethod | undefined {
  const code = item.sequence('RegistrationTypeCodeSequence')[0];
  if (code?.string('CodingSchemeDesignator') !== 'DCM') return undefined;
  return METHOD_CODES.find(([, value]) => value === code.string('CodeValue'))?.[0];
}

/**
 * What the standard has no place for, in our private block of group 0071: (0071,0010) creator, (0071,1001) UT with JSON. Used Fiducials
 * (0070,0314) could only point at Spatial Fiducials objects, and Approval is no module of these IODs.
 */
const CREATOR_TAG = 0x00710010;
const JSON_TAG = 0x00711001;

type Notes = Pick<Registration, 'landmarks' | 'quality' | 'signedOff' | 'warnings'>;

const place = z.tuple([z.number(), z.number(), z.number()]);
const landmark = z.object({ name: z.string(), fixed: place, moving: place }) satisfies z.ZodType<Landmark>;
const quality = z.object({
  value: z.number().min(0).max(1),
  metric: z.string(),
  metricValue: z.number().optional(),
  landmarkRms: z.number().optional(),
  jacobian: z.object({ min: z.number(), max: z.number(), folded: z.number() }).optional(),
}) satisfies z.ZodType<RegistrationQuality>;
const notesSchema = z.object({
  landmarks: z.array(landmark).optional(),
  quality: quality.optional(),
  signedOff: z.object({ by: z.string(), at: z.string() }).optional(),
  warnings: z.array(z.string()).optional(),
}) satisfies z.ZodType<Notes>;

export function writeNotes(registration: Registration): DataSetInput {
  const { landmarks, signedOff, warnings } = registration;
  const notes: Notes = { landmarks, quality: registration.quality, signedOff, warnings };
  if (Object.values(notes).every((note) => note === undefined)) return {};
  return { '0071,0010:LO': PRIVATE_CREATOR, '0071,1001:UT': JSON.stringify(notesSchema.parse(notes)) };
}

/** Our own notes on the registration, {} from other makers. Throws INVALID_ATTRIBUTE when our block cannot be understood. */
export function readNotes(dataset: DataSet): Notes {
  const text = dataset.utf8(CREATOR_TAG) === PRIVATE_CREATOR ? dataset.utf8(JSON_TAG) : '';
  if (text === '') return {};
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    json = undefined;
  }
  const notes = notesSchema.safeParse(json).data;
  if (notes === undefined) throw dataset.invalid(JSON_TAG, 'the notes on the registration cannot be read');
  return notes;
}

/** What people of other systems see of quality and sign-off: Frame of Reference Transformation Comment (LO). */
export function commentOf(registration: Registration): string {
  const { quality: trust, signedOff } = registration;
  const parts = [
    ...(trust === undefined ? [] : [`quality ${trust.value.toFixed(2)}`]),
    ...(signedOff === undefined ? [] : [`signed ${signedOff.at.slice(0, 10)}`]),
  ];
  return fitText([NOT_CLINICAL, ...parts].join('; '), 64);
}
