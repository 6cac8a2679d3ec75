import { type AttributeNames, assemble, emptyDraft, type ScanDraft } from './assemble.ts';
import { type Column, columnsOf } from './csvColumns.ts';
import { energyFromName, fieldFromName, ssdFromName } from './fileName.ts';
import { LIMITS, MeasuredText } from './lines.ts';
import type { MeasuredFile, MeasuredScan, ScanKind } from './scan.ts';

const NAMES: AttributeNames = { kind: 'kind', field: 'field', ssd: 'ssd', depth: 'depth', points: 'position, dose' };
const KINDS: readonly ScanKind[] = ['depth', 'crossline', 'inline', 'diagonal'];
/** Longer notes are cut. */
const MAX_NOTE = 500;
const REFERENCE = [100, 100] as const;

type Keys = Map<string, readonly [value: string, line: number]>;

/**
 * Curves and output-factor tables as CSV: `# key: value` lines (energy, field, ssd, depth, kind, angle, detector, radius, unit,
 * reference), then a header whose columns name quantity and unit, then numbers; a further header begins the next curve
 * (docs/COMMISSIONING.md). Energy, field and SSD that no line states are taken from the file's name, with a warning.
 * @throws IsocenterError naming file, line and attribute.
 */
export function readCsv(content: string, file: string): MeasuredFile {
  const text = new MeasuredText(content, file);
  const keys: Keys = new Map();
  const scans: MeasuredScan[] = [];
  let open:
    | { line: number; columns: readonly Column[]; separator: string; rows: [number[], number][]; keys: Keys }
    | undefined;
  const finish = (): void => {
    if (open === undefined) return;
    const { columns, line } = open;
    if (columns.some(({ quantity }) => quantity === 'outputFactor'))
      scans.push(...factors(text, line, columns, open.rows, open.keys));
    else scans.push(curve(text, line, columns, open.rows, open.keys));
    open = undefined;
  };
  for (const [n, raw] of text.lines.entries()) {
    const line = raw.trim();
    if (line === '' || /^[,;\s]*$/.test(line)) continue;
    const note = /^#\s*([\w ]{1,40}?)\s*[:=,]\s*(.{0,400}?)[\s,;]*$/.exec(line.slice(0, MAX_NOTE));
    if (line.startsWith('#')) {
      if (note !== null) keys.set(note[1].toLowerCase().replaceAll(' ', ''), [note[2], n]);
      continue;
    }
    const separator = line.includes(';') ? ';' : line.includes('\t') ? '\t' : ',';
    const columns = columnsOf(line.split(separator));
    if (columns !== undefined) {
      finish();
      open = { line: n, columns, separator, rows: [], keys: new Map(keys) };
    } else if (open === undefined)
      throw text.invalid(n, 'the first line must name the columns with their units, as in "depth_mm,dose"', 'header');
    else {
      const cells = line.split(open.separator);
      if (cells.length < open.columns.length)
        throw text.invalid(n, `has ${cells.length} of ${open.columns.length} columns`, 'row');
      const row = open.columns.map(({ name, quantity, scale }, c) =>
        quantity === 'other' ? 0 : text.number(n, cells[c], name) * scale,
      );
      open.rows.push([row, n]);
    }
  }
  finish();
  if (scans.length === 0) throw text.missing(0, 'header');
  return { scans, leftOut: [] };
}

function curve(
  text: MeasuredText,
  line: number,
  columns: readonly Column[],
  rows: readonly [number[], number][],
  keys: Keys,
): MeasuredScan {
  const draft = common(text, line, keys);
  const position = columns.findIndex(({ quantity }) => quantity === 'position' || KINDS.includes(quantity as ScanKind));
  const value = columns.findIndex(({ quantity }) => quantity === 'dose');
  if (position < 0 || value < 0) throw text.invalid(line, 'needs a column of positions and one of doses', 'header');
  const stated = keys.get('kind');
  const { quantity } = columns[position];
  draft.kind = quantity === 'position' ? undefined : (quantity as ScanKind);
  if (draft.kind === undefined && stated !== undefined) {
    draft.kind = KINDS.find((kind) => kind === stated[0].toLowerCase());
    if (draft.kind === undefined)
      throw text.invalid(stated[1], `"${stated[0]}" is none of ${KINDS.join(', ')}`, 'kind');
  }
  draft.unit = keys.get('unit')?.[0] ?? columns[value].unit;
  draft.points = rows.map(([row]) => [row[position], row[value]]);
  return assemble(text, draft, NAMES);
}

/** One record a field, relative to the reference field's row. */
function factors(
  text: MeasuredText,
  line: number,
  columns: readonly Column[],
  rows: readonly [number[], number][],
  keys: Keys,
): MeasuredScan[] {
  const find = (quantity: Column['quantity']): number => columns.findIndex((column) => column.quantity === quantity);
  const [side, x, y, value] = [find('field'), find('fieldX'), find('fieldY'), find('outputFactor')];
  if (side < 0 && (x < 0 || y < 0)) throw text.invalid(line, 'needs field_mm, or field_x_mm and field_y_mm', 'header');
  const stated = keys.get('reference');
  const reference = stated === undefined ? REFERENCE : sides(text, stated[1], stated[0], 'reference');
  const fields = rows.map(([row, n]) => {
    const field = side < 0 ? ([row[x], row[y]] as const) : ([row[side], row[side]] as const);
    for (const length of field)
      if (length < LIMITS.side[0] || length > LIMITS.side[1])
        throw text.invalid(n, `${length} mm is no side of a field`, 'field');
    if (!(row[value] > 0)) throw text.invalid(n, `${row[value]} is no output factor`, columns[value].name);
    return { field, value: row[value], line: n };
  });
  const own = fields.find(({ field }) => field[0] === reference[0] && field[1] === reference[1]);
  if (own === undefined)
    throw text.invalid(line, `has no row of the reference field ${reference.join(' × ')} mm`, 'reference');
  return fields
    .filter((field) => field !== own)
    .map((entry) =>
      assemble(
        text,
        {
          ...common(text, line, keys),
          line: entry.line,
          kind: 'outputFactor',
          field: entry.field,
          reference,
          unit: 'relative',
          points: [[0, entry.value / own.value]],
        },
        NAMES,
      ),
    );
}

/** What the `#` lines say, or the file's name. */
function common(text: MeasuredText, line: number, keys: Keys): ScanDraft {
  const draft = emptyDraft(line);
  const length = (key: string, low: number, high: number): number | undefined => {
    const found = keys.get(key);
    if (found === undefined) return undefined;
    const [, value, unit = 'mm'] = /^(.*?)\s*(mm|cm|mv|°)?$/i.exec(found[0]) ?? [];
    return text.within(found[1], value, key, low / scaleOf(unit), high / scaleOf(unit)) * scaleOf(unit);
  };
  const named = <T>(what: string, stated: T | undefined, fromName: T | undefined): T | undefined => {
    if (stated === undefined && fromName !== undefined) draft.warnings.push(`${what} taken from the file's name`);
    return stated ?? fromName;
  };
  const field = keys.get('field');
  draft.energy = named('energy', length('energy', 1, 50), energyFromName(text.file));
  draft.field = named('field', field && sides(text, field[1], field[0], 'field'), fieldFromName(text.file));
  draft.ssd = named('SSD', length('ssd', ...LIMITS.ssd), ssdFromName(text.file));
  draft.depth = length('depth', ...LIMITS.depth);
  draft.angle = length('angle', -180, 180) ?? 45;
  const name = keys.get('detector')?.[0];
  if (name !== undefined) draft.detector = { name, radius: length('radius', 0, 100) };
  return draft;
}

const scaleOf = (unit: string): number => (unit.toLowerCase() === 'cm' ? 10 : 1);

/** "100 x 50", "10x10 cm" → mm. */
function sides(text: MeasuredText, line: number, words: string, attribute: string): readonly [number, number] {
  const parts = /^([\d.]{1,8})\s*(?:mm|cm)?\s*[x×*]\s*([\d.]{1,8})\s*(mm|cm)?$/i.exec(words.trim());
  if (parts === null) throw text.invalid(line, `"${words.slice(0, 40)}" is no field such as 100 x 100 mm`, attribute);
  const scale = scaleOf(parts[3] ?? 'mm');
  const [low, high] = LIMITS.side;
  const side = (word: string): number => text.within(line, word, attribute, low / scale, high / scale) * scale;
  return [side(parts[1]), side(parts[2])];
}
