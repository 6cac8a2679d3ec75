import { z } from 'zod';

const positive = z.number().positive();

/** The outer shape of a linac's head and couch, as far as they can meet each other or the patient. Lengths mm. */
export const clearanceSchema = z.strictObject({
  /** The head as a cylinder about the beam axis. */
  head: z.strictObject({
    radius: positive,
    /** Isocenter to the head's face, accessories in place. */
    isocenterToFace: positive,
  }),
  /** The couch top as a box. */
  couch: z.strictObject({
    width: positive,
    thickness: positive,
    /** Of the part that can be over or beside the patient. */
    length: positive,
  }),
  /** Nearer than this is worth a look at the machine. */
  margin: positive,
});

export type ClearanceModel = z.infer<typeof clearanceSchema>;

/**
 * What is taken where a machine's file states nothing: sizes as C-arm linacs have them (face of the collimator with the accessory mount some
 * 42 cm from the isocenter, couch tops 50–53 cm wide). They are of no machine in particular: measure yours.
 */
export const TYPICAL_CLEARANCE: ClearanceModel = {
  head: { radius: 380, isocenterToFace: 415 },
  couch: { width: 530, thickness: 75, length: 2000 },
  margin: 50,
};
