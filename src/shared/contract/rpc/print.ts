import { eventIterator, oc } from '@orpc/contract';
import { z } from 'zod';

const window = z.object({ center: z.number(), width: z.number().min(1) });

/** What is printed: slices of an archived series, or a picture of the app. */
const source = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('series'),
    seriesInstanceUid: z.string().min(1),
    /** First and last, counted from 1 in order of position, and every n-th of them. */
    from: z.number().int().min(1).optional(),
    to: z.number().int().min(1).optional(),
    every: z.number().int().min(1).default(1),
    /** Instead of the images' own. */
    window: window.optional(),
  }),
  z.object({
    kind: z.literal('page'),
    title: z.string().min(1).max(64),
    /** PNG in base64. */
    png: z.base64().max(48 * 1024 * 1024),
  }),
]);

const density = z.string().regex(/^(BLACK|WHITE|\d{1,3})$/, 'BLACK, WHITE or hundredths of optical density');
const word = z.string().regex(/^[A-Z0-9 _]{1,16}$/, '1–16 capitals, digits, spaces');

/** Values as PS3.3 C.13 names them. */
const printRequest = z.object({
  /** Whose series it is, and whose name stands on the film. */
  patientKey: z.string().min(1),
  source,
  bits: z.union([z.literal(8), z.literal(12)]),
  film: z.object({
    /** `C,R`, or ROW:2,1, COL:1,2. */
    layout: z.string().min(1),
    filmSize: z.string().min(1),
    orientation: z.enum(['PORTRAIT', 'LANDSCAPE']),
    magnification: z.enum(['REPLICATE', 'BILINEAR', 'CUBIC', 'NONE']).optional(),
    borderDensity: density.optional(),
    emptyImageDensity: density.optional(),
    minDensity: z.number().int().min(0).max(999).optional(),
    maxDensity: z.number().int().min(0).max(999).optional(),
    trim: z.boolean().optional(),
    polarity: z.enum(['NORMAL', 'REVERSE']).optional(),
    trueSize: z.boolean(),
  }),
  session: z.object({
    copies: z.number().int().min(1).max(99),
    priority: z.enum(['HIGH', 'MED', 'LOW']),
    medium: word,
    destination: word,
    label: z.string().max(64),
    presentation: z.enum(['IDENTITY', 'LIN OD']),
    /** Annotation Display Format ID; without it identity stands under each image. */
    annotationFormat: word.optional(),
  }),
  /** Said on the film. */
  plan: z.string().max(64).optional(),
});
export type PrintRequest = z.infer<typeof printRequest>;

const printerState = z.object({ status: z.string(), info: z.string() });

const report = z.object({
  printer: printerState,
  films: z.number().int(),
  images: z.number().int(),
  annotated: z.boolean(),
  jobs: z.array(z.object({ film: z.number().int(), status: z.string(), info: z.string() })),
  warnings: z.array(z.object({ step: z.string(), status: z.number().int(), text: z.string() })),
});
export type PrintReport = z.infer<typeof report>;

const printEvent = z.discriminatedUnion('event', [
  z.object({ event: z.literal('progress'), text: z.string(), done: z.number().int(), total: z.number().int() }),
  /** The printer spoke by itself. */
  z.object({ event: z.literal('printer'), status: z.string(), info: z.string() }),
  z.object({ event: z.literal('report'), report }),
]);
export type PrintEvent = z.infer<typeof printEvent>;

/** Printing on film. */
export const printContract = {
  /** How many images there are to choose from, and the window of the one in the middle. */
  slices: oc
    .input(z.object({ patientKey: z.string(), seriesInstanceUid: z.string() }))
    .output(z.object({ count: z.number().int(), window, hasSpacing: z.boolean() })),
  /** One film (from 0) as it will be printed, PNG in base64. */
  preview: oc
    .input(printRequest.extend({ filmIndex: z.number().int().min(0), width: z.number().int().min(100).max(2000) }))
    .output(z.object({ png: z.string(), films: z.number().int(), images: z.number().int() })),
  printer: oc.input(z.object({ id: z.string() })).output(printerState),
  print: oc.input(printRequest.extend({ nodeId: z.string() })).output(eventIterator(printEvent)),
};
