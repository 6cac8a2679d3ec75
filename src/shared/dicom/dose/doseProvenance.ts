import { z } from 'zod';
import type { DoseDerivation, DoseProvenance, DoseVolume } from '../../model/dose.ts';
import type { DataSet } from '../codec/dataset.ts';
import type { DataSetInput } from '../codec/encode.ts';
import { PRIVATE_CREATOR } from '../modules.ts';

/**
 * Our private block in group 3005: (3005,0010) creator, (3005,1001) UT with the provenance as JSON, (3005,1002) UI of the structure set,
 * (3005,1003) UT with what a sum was made from as JSON.
 * RT Dose itself names a structure set only in its DVH module (PS3.3 C.8.8.4), which we do not write.
 */
const CREATOR_TAG = 0x30050010;
const JSON_TAG = 0x30051001;
const STRUCTURE_SET_TAG = 0x30051002;
const DERIVATION_TAG = 0x30051003;

const vector = z.tuple([z.number(), z.number(), z.number()]);
const named = z.object({ name: z.string(), hash: z.string().optional() });

const provenanceSchema = z.object({
  engine: z.string(),
  version: z.string(),
  implementation: z.string().optional(),
  machines: z.array(named),
  calibration: named,
  grid: z.object({ spacing: vector, dims: vector.optional(), origin: vector.optional() }),
  settings: z.object({
    directions: z.number().optional(),
    arcSector: z.number().optional(),
    heterogeneity: z.array(z.enum(['IMAGE', 'ROI_OVERRIDE', 'WATER'])),
    overrides: z.array(z.object({ name: z.string(), density: z.number() })),
  }),
  basis: z
    .object({ plan: z.string(), body: z.string(), overrides: z.string(), ctSeriesUid: z.string(), ct: z.string() })
    .optional(),
  madeAt: z.string().optional(),
  approximate: z.boolean(),
  reasons: z.array(z.string()),
}) satisfies z.ZodType<DoseProvenance>;

const derivationSchema = z.object({
  operation: z.literal('sum'),
  terms: z.array(
    z.object({
      name: z.string(),
      sopInstanceUid: z.string(),
      weight: z.number(),
      fractions: z.number().optional(),
      through: z.array(z.string()),
    }),
  ),
  alphaBeta: z.number().optional(),
  unreached: z.number(),
  reasons: z.array(z.string()),
  foreign: z.array(z.string()),
}) satisfies z.ZodType<DoseDerivation>;

/** What the first doses said of themselves: names only, so that whether they still belong to their plan cannot be checked. */
const earlySchema = z
  .object({
    engine: z.string(),
    version: z.string(),
    machine: z.string(),
    calibration: z.string(),
    gridSpacing: z.number(),
    directions: z.number(),
  })
  .transform(
    ({ engine, version, machine, calibration, gridSpacing, directions }): DoseProvenance => ({
      engine,
      version,
      machines: machine.split(', ').map((name) => ({ name })),
      calibration: { name: calibration },
      grid: { spacing: [gridSpacing, gridSpacing, gridSpacing] },
      settings: { directions, heterogeneity: ['IMAGE'], overrides: [] },
      approximate: false,
      reasons: [],
    }),
  );

type Origin = Pick<DoseVolume, 'provenance' | 'structureSetUid' | 'derivation'>;

export function writeOrigin(dose: Origin): DataSetInput {
  const { provenance, structureSetUid, derivation } = dose;
  if (provenance === undefined && structureSetUid === undefined && derivation === undefined) return {};
  return {
    '3005,0010:LO': PRIVATE_CREATOR,
    '3005,1001:UT': provenance === undefined ? undefined : JSON.stringify(provenance),
    '3005,1002:UI': structureSetUid === '' ? undefined : structureSetUid,
    '3005,1003:UT': derivation === undefined ? undefined : JSON.stringify(derivation),
  };
}

/**
 * What made the dose and the structure set it was made for, as far as the object says. An implicit VR round trip through an archive
 * leaves private attributes without their VR, so they are read by their bytes. Throws INVALID_ATTRIBUTE when our own block cannot be understood.
 */
export function readOrigin(dataset: DataSet): Origin {
  const ours = dataset.utf8(CREATOR_TAG) === PRIVATE_CREATOR;
  const standard = dataset.sequence('ReferencedStructureSetSequence')[0]?.string('ReferencedSOPInstanceUID') ?? '';
  const structureSetUid = standard === '' && ours ? dataset.utf8(STRUCTURE_SET_TAG) : standard;
  const text = ours ? dataset.utf8(JSON_TAG) : '';
  const provenance = text === '' ? undefined : parseProvenance(text);
  if (text !== '' && provenance === undefined) throw dataset.invalid(JSON_TAG, 'the dose provenance cannot be read');
  const made = ours ? dataset.utf8(DERIVATION_TAG) : '';
  const derivation = made === '' ? undefined : derivationSchema.safeParse(json(made)).data;
  if (made !== '' && derivation === undefined)
    throw dataset.invalid(DERIVATION_TAG, 'what the dose was made from cannot be read');
  return {
    ...(structureSetUid === '' ? {} : { structureSetUid }),
    ...(provenance === undefined ? {} : { provenance }),
    ...(derivation === undefined ? {} : { derivation }),
  };
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function parseProvenance(text: string): DoseProvenance | undefined {
  const value = json(text);
  return provenanceSchema.safeParse(value).data ?? earlySchema.safeParse(value).data;
}
