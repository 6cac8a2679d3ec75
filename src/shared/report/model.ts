import { z } from 'zod';

/** Points (1/72 inch); y grows downwards. Text is given by its baseline. */
const color = z.tuple([z.number(), z.number(), z.number()]);

const line = z.object({
  kind: z.literal('line'),
  /** x, y of each vertex one after the other. */
  points: z.array(z.number()),
  closed: z.boolean().optional(),
  color,
  width: z.number().positive(),
  dash: z.array(z.number().positive()).optional(),
});
const area = z.object({
  kind: z.literal('area'),
  points: z.array(z.number()),
  color,
  opacity: z.number().min(0).max(1).optional(),
});
const words = z.object({
  kind: z.literal('words'),
  x: z.number(),
  y: z.number(),
  text: z.string(),
  size: z.number().positive(),
  color: color.optional(),
  bold: z.boolean().optional(),
  align: z.enum(['left', 'center', 'right']).optional(),
  /** Degrees counter-clockwise about (x, y). */
  turned: z.number().optional(),
  opacity: z.number().min(0).max(1).optional(),
});
const image = z.object({
  kind: z.literal('image'),
  x: z.number(),
  y: z.number(),
  width: z.number().positive(),
  height: z.number().positive(),
  columns: z.number().int().min(1).max(4096),
  rows: z.number().int().min(1).max(4096),
  /** rows × columns grey values 0 (black) … 255, in base64. */
  grey: z.base64().max(24 * 1024 * 1024),
});
const mark = z.discriminatedUnion('kind', [line, area, words, image]);
export type Mark = z.infer<typeof mark>;

/** Marks in a box of their own, cut off at its border. */
const drawing = z.object({ width: z.number().positive(), height: z.number().positive(), marks: z.array(mark) });
export type Drawing = z.infer<typeof drawing>;

const tone = z.enum(['plain', 'strong', 'quiet', 'good', 'warning', 'bad']);
export type Tone = z.infer<typeof tone>;

const cell = z.union([z.string(), z.object({ text: z.string(), tone })]);
export type Cell = z.infer<typeof cell>;

const block = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('heading'), text: z.string() }),
  z.object({ kind: z.literal('text'), text: z.string(), tone }),
  /** Names with their values, in columns. */
  z.object({
    kind: z.literal('pairs'),
    columns: z.number().int().min(1).max(4),
    pairs: z.array(z.tuple([z.string(), z.string()])),
  }),
  z.object({
    kind: z.literal('table'),
    columns: z.array(z.object({ title: z.string(), numeric: z.boolean().optional() })).min(1),
    rows: z.array(z.array(cell)),
  }),
  /** Side by side where they fit, each with what it shows under it. */
  z.object({ kind: z.literal('drawings'), drawings: z.array(z.object({ drawing, caption: z.string() })) }),
  /** Lines to sign on, one a role. */
  z.object({
    kind: z.literal('signatures'),
    title: z.string(),
    note: z.string().optional(),
    roles: z.array(z.string()),
  }),
  z.object({ kind: z.literal('page') }),
]);
export type Block = z.infer<typeof block>;

/** A report before it is laid out: what is said, not where. It crosses from the page to the program that sets it. */
export const reportSchema = z.object({
  paper: z.enum(['A4', 'Letter']),
  title: z.string(),
  /** Said on every page: whom and what it is about. */
  patient: z.object({ name: z.string(), id: z.string(), birthDate: z.string(), sex: z.string() }),
  subject: z.string(),
  /** At the foot of every page: who made it, when, with what. */
  made: z.string(),
  /** Across every page: why this is not final. */
  watermark: z.string().optional(),
  blocks: z.array(block).max(2000),
});
export type Report = z.infer<typeof reportSchema>;

/** Marks in page coordinates; a clip holds for the marks of its group. */
export interface Page {
  readonly groups: readonly {
    readonly clip?: readonly [x: number, y: number, width: number, height: number];
    readonly marks: readonly Mark[];
  }[];
}

/** Points. */
export const PAPERS: Readonly<Record<Report['paper'], readonly [width: number, height: number]>> = {
  A4: [595.28, 841.89],
  Letter: [612, 792],
};
