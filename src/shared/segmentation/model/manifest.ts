import { z } from 'zod';
import { IsocenterError } from '../../contract/errors.ts';

const vec3 = (item: z.ZodType<number>) => z.tuple([item, item, item]);
const positive = z.number().positive();

/** ROI types a model may make: what it finds is never a target somebody treats unseen. */
const TYPES = ['ORGAN', 'EXTERNAL', 'AVOIDANCE', 'GTV', 'CTV', 'SUPPORT', 'CONTROL', 'CAVITY'] as const;

/** What a segmentation model wants and gives: the JSON file beside an ONNX model. Lengths in mm. */
const manifestSchema = z.strictObject({
  manifest: z.literal(1),
  name: z.string().min(1).max(64),
  /** File of the model, beside the manifest. */
  model: z.string().regex(/^[^/\\]+\.onnx$/i, 'a file name that ends in .onnx, without a folder'),
  modality: z.enum(['CT', 'MR', 'PT']).default('CT'),
  input: z.strictObject({
    /** Name of the model's input; its first one if absent. The tensor is 1 × 1 × z × y × x, float32. */
    name: z.string().min(1).optional(),
    /** Voxels of the window along x (to the patient's left), y (to the back), z (to the head). */
    size: vec3(z.number().int().min(1).max(512)),
    spacing: vec3(positive),
    /** Values are clipped to this range first, in the image's unit. */
    clip: z.tuple([z.number(), z.number()]).optional(),
    /** (value − subtract) / divide is what the model sees. */
    subtract: z.number().default(0),
    divide: z
      .number()
      .default(1)
      .refine((value) => value !== 0, 'must not be 0'),
    /** What lies beyond the image, in the image's unit. */
    outside: z.number().default(-1000),
    /** Share of a window that the next one covers again. */
    overlap: z.number().min(0).max(0.9).default(0.5),
  }),
  output: z.strictObject({
    /** Name of the model's output, 1 × channels × z × y × x; its first one if absent. */
    name: z.string().min(1).optional(),
    /** What makes probabilities of the channels. */
    activation: z.enum(['none', 'sigmoid', 'softmax']).default('none'),
  }),
  /** Structures by channel; a softmax's channel without one is background. */
  labels: z
    .array(
      z.strictObject({
        channel: z.number().int().min(0).max(255),
        /** TG-263 name. */
        name: z.string().trim().min(1).max(64),
        type: z.enum(TYPES).default('ORGAN'),
        color: vec3(z.number().int().min(0).max(255)).default([250, 180, 60]),
      }),
    )
    .min(1)
    .max(256),
});
export type ModelManifest = z.infer<typeof manifestSchema>;

/** @throws IsocenterError INVALID_ATTRIBUTE with the place at fault for text that is no manifest. */
export function parseManifest(text: string, file: string): ModelManifest {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new IsocenterError('INVALID_ATTRIBUTE', 'is no JSON', { object: file, cause: error });
  }
  const parsed = manifestSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new IsocenterError('INVALID_ATTRIBUTE', issue.message, {
    object: file,
    attribute: issue.path.join('.') || undefined,
  });
}
