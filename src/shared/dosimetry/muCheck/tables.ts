import flattened6 from '../../../../resources/mu-check/FLATTENED_6MV.json' with { type: 'json' };
import { z } from 'zod';

const positive = z.number().positive();
const pairs = z
  .array(z.tuple([z.number(), positive]))
  .min(2)
  .refine((rows) => rows.every(([at], n) => n === 0 || at > rows[n - 1][0]), 'positions must rise');

/** Factor tables for checking monitor units by hand methods (resources/mu-check). Lengths mm; sides are of equivalent squares. */
const muTablesSchema = z.strictObject({
  name: z.string().min(1),
  description: z.string(),
  sources: z.array(z.string()).min(1),
  /** Machines of resources/machines that they stand for. */
  machines: z.array(z.string()),
  nominalEnergy: positive,
  fluenceMode: z.enum(['STANDARD', 'NON_STANDARD']),
  /** In-air output ratio Sc against the side of the collimator setting at the isocenter; 1 at 100 mm. */
  collimatorScatter: pairs,
  /** In-air off-axis ratio against the distance from the axis at the isocenter plane. */
  offAxis: pairs,
  /** What shut jaws and leaves let through, and how far beyond its stated end (mm at the isocenter) a leaf still counts as open. */
  transmission: z.strictObject({
    jaws: z.number().min(0).max(1),
    leaves: z.number().min(0).max(1),
    leafEnd: z.number().min(0),
  }),
  /** By wedge ID: dose with the wedge over dose without. */
  wedgeFactors: z.record(z.string(), positive),
  /**
   * Dose in water at a depth per in-air dose at the same point, for the field side at that depth (0: primary radiation only), relative to
   * 100 mm deep in 100 mm: Sp × TPR with reference depth 100 mm, of AAPM TG-114 (Med. Phys. 38 (2011) 504).
   */
  tissue: z
    .strictObject({ depths: z.array(z.number()), sides: z.array(z.number()), values: z.array(z.array(positive)) })
    .refine(
      ({ depths, sides, values }) =>
        values.length === depths.length && values.every((row) => row.length === sides.length),
      'one row a depth, one column a side',
    ),
});

export type MuTables = z.infer<typeof muTablesSchema>;

const KNOWN: readonly unknown[] = [flattened6];
let parsed: readonly MuTables[] | undefined;

/** The tables for a machine, or undefined when nobody made any. */
export function muTablesOf(machine: string): MuTables | undefined {
  parsed ??= KNOWN.map((record) => muTablesSchema.parse(record));
  return parsed.find(({ machines }) => machines.includes(machine));
}

/** Straight lines between rows; the end values beyond. */
export function lookUp(rows: readonly (readonly [number, number])[], at: number): number {
  const upper = rows.findIndex(([position]) => position >= at);
  if (upper === 0) return rows[0][1];
  if (upper < 0) return rows[rows.length - 1][1];
  const [[x0, y0], [x1, y1]] = [rows[upper - 1], rows[upper]];
  return y0 + ((at - x0) / (x1 - x0)) * (y1 - y0);
}

/** Depths (mm) between which the tissue table holds. */
export const depthRange = ({ tissue: { depths } }: MuTables): readonly [number, number] => [
  depths[0],
  depths[depths.length - 1],
];

/** Sp × TPR at a depth (inside `depthRange`) for a field side, mm: logarithms are straight between depths; sides beyond the last hold it. */
export function tissueFactor({ tissue: { depths, sides, values } }: MuTables, depth: number, side: number): number {
  const row = (n: number): number =>
    lookUp(
      sides.map((at, column) => [at, values[n][column]] as const),
      side,
    );
  const upper = Math.max(
    1,
    depths.findIndex((at) => at >= depth),
  );
  const share = (depth - depths[upper - 1]) / (depths[upper] - depths[upper - 1]);
  return Math.exp((1 - share) * Math.log(row(upper - 1)) + share * Math.log(row(upper)));
}
