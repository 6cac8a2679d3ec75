/** One column of a measured-data CSV: its quantity, and the factor that turns its lengths into mm. */
export interface Column {
  readonly name: string;
  readonly quantity:
    | 'depth'
    | 'crossline'
    | 'inline'
    | 'diagonal'
    | 'position'
    | 'dose'
    | 'field'
    | 'fieldX'
    | 'fieldY'
    | 'outputFactor'
    | 'other';
  readonly scale: number;
  /** As written, for doses. */
  readonly unit: string;
}

const LENGTHS: Readonly<Record<string, Column['quantity']>> = {
  depth: 'depth',
  z: 'depth',
  x: 'crossline',
  crossline: 'crossline',
  crossplane: 'crossline',
  y: 'inline',
  inline: 'inline',
  inplane: 'inline',
  diagonal: 'diagonal',
  position: 'position',
  field: 'field',
  field_size: 'field',
  field_x: 'fieldX',
  field_y: 'fieldY',
};
const VALUES: Readonly<Record<string, Column['quantity']>> = {
  dose: 'dose',
  rel_dose: 'dose',
  relative_dose: 'dose',
  reading: 'dose',
  signal: 'dose',
  value: 'dose',
  output_factor: 'outputFactor',
  of: 'outputFactor',
  scp: 'outputFactor',
};

/**
 * Columns of a header line: `depth_cm`, `x (mm)`, `rel_dose_pct`, `output_factor`; undefined where the line is none, that is where
 * no cell names a quantity. Lengths must state mm or cm: without a unit a length is no known column.
 */
export function columnsOf(cells: readonly string[]): readonly Column[] | undefined {
  const columns = cells.map((cell): Column => {
    const name = cell.trim().replaceAll('"', '');
    const key = name
      .toLowerCase()
      .replace(/[\s_]*[[(](.{0,12})[\])]$/, '_$1')
      .replace(/[\s-]+/g, '_');
    const [, length = '', unit = ''] = /^(.*)_(mm|cm)$/.exec(key) ?? [];
    if (Object.hasOwn(LENGTHS, length)) return { name, quantity: LENGTHS[length], scale: unit === 'cm' ? 10 : 1, unit };
    const [, value = key, of = 'relative'] = /^(.*)_(pct|percent|%|gy|cgy|nc|au)$/.exec(key) ?? [];
    if (Object.hasOwn(VALUES, value)) return { name, quantity: VALUES[value], scale: 1, unit: of === 'pct' ? '%' : of };
    return { name, quantity: 'other', scale: 1, unit: '' };
  });
  return columns.some(({ quantity }) => quantity !== 'other') ? columns : undefined;
}
