import { type AttributeNames, assemble, emptyDraft, type ScanDraft } from './assemble.ts';
import { energyFromName } from './fileName.ts';
import { LIMITS, MeasuredText } from './lines.ts';
import type { MeasuredFile, MeasuredScan } from './scan.ts';

const NAMES: AttributeNames = { kind: '%TYPE', field: '%FLSZ', ssd: '%SSD', depth: '%DPTH', points: '<' };

export const isW2cad = (text: string): boolean => /^[ \t]*\$STOM\b/m.test(text);

/**
 * Varian W2CAD (Eclipse beam data, version 02): `$STOM … $ENOM` blocks of `%KEY value` lines and points `<x y z reading>`, x and y
 * crossline and inline in IEC 61217, z the depth, mm. The format does not state the energy: it is taken from the file's name.
 * @throws IsocenterError naming file, line and attribute.
 */
export function readW2cad(content: string, file: string): MeasuredFile {
  const text = new MeasuredText(content, file);
  const energy = energyFromName(file);
  const scans: MeasuredScan[] = [];
  const leftOut: string[] = [];
  let open: { draft: ScanDraft; axis: string | undefined; places: number[][]; reason?: string } | undefined;
  for (const [n, raw] of text.lines.entries()) {
    const line = raw.trim();
    if (line.startsWith('$STOM')) {
      if (open !== undefined) throw text.invalid(n, 'begins before the measurement above has ended', '$STOM');
      open = { draft: { ...emptyDraft(n), energy, unit: '%' }, axis: undefined, places: [] };
      if (energy !== undefined) open.draft.warnings.push(`${energy} MV taken from the file's name`);
    } else if (open === undefined) continue;
    else if (line.startsWith('$ENOM')) {
      const reason = open.reason ?? place(open.draft, open.axis, open.places);
      if (reason === undefined) scans.push(assemble(text, open.draft, NAMES));
      else leftOut.push(`${text.place(open.draft.line)}: ${reason}`);
      open = undefined;
    } else if (line.startsWith('<')) {
      const cells = line.replace(/[<>]/g, ' ').trim().split(/\s+/);
      if (cells.length !== 4) throw text.invalid(n, 'needs x, y, z and a reading', '<');
      const [x, y, z, value] = cells.map((cell) => text.number(n, cell, '<'));
      open.places.push([x, y, z]);
      open.draft.points.push([0, value]);
    } else if (line.startsWith('%AXIS')) open.axis = line.slice(5).trim();
    else if (line.startsWith('%')) open.reason ??= header(text, n, line, open.draft);
  }
  if (open !== undefined) throw text.invalid(open.draft.line, 'has no end', '$ENOM');
  return { scans, leftOut };
}

function header(text: MeasuredText, n: number, line: string, draft: ScanDraft): string | undefined {
  const [, key, value] = /^(%\w+)\s*(.*)$/.exec(line) ?? [];
  switch (key) {
    case '%TYPE': {
      const kinds = { OPD: 'depth', OPP: 'crossline', DPR: 'diagonal' } as const;
      if (!Object.hasOwn(kinds, value)) return `%TYPE ${value} is no scan of an open field`;
      draft.kind = kinds[value as keyof typeof kinds];
      return undefined;
    }
    case '%BMTY':
      return value === 'PHO' ? undefined : `beam ${value}: no photons`;
    case '%FLSZ': {
      const sides = value.split('*');
      if (sides.length !== 2) throw text.invalid(n, `"${value.slice(0, 40)}" is no x*y`, key);
      const [x, y] = sides.map((side) => text.within(n, side, key, ...LIMITS.side));
      draft.field = [x, y];
      return undefined;
    }
    case '%PNTS':
      draft.count = text.number(n, value, key);
      return undefined;
    case '%SSD':
      draft.ssd = text.within(n, value, key, ...LIMITS.ssd);
      return undefined;
    case '%DPTH':
      draft.depth = text.within(n, value, key, ...LIMITS.depth);
      return undefined;
    case '%DETY':
      draft.detector = {
        name: { CHA: 'ionisation chamber', DIO: 'semiconductor', DIA: 'diamond' }[value] ?? value,
      };
      return undefined;
    default:
      return undefined;
  }
}

/** Positions along the scan's axis; a reason where it does not run through the beam axis. */
function place(draft: ScanDraft, axis: string | undefined, places: readonly number[][]): string | undefined {
  const move = (position: (at: number[]) => number): void => {
    draft.points = draft.points.map(([, value], n) => [position(places[n]), value]);
  };
  const onAxis = (index: number): boolean => places.every((at) => Math.abs(at[index]) < 0.5);
  if (draft.kind === 'depth') {
    if (!onAxis(0) || !onAxis(1)) return 'the depth dose does not run on the axis';
    const sign = places.length > 0 && places.every(([, , z]) => z <= 0) ? -1 : 1;
    move(([, , z]) => sign * z);
    return undefined;
  }
  if (draft.kind === 'diagonal') {
    // A scan that gives the distance along the diagonal in one column, or both coordinates.
    const both = !onAxis(0) && !onAxis(1);
    draft.angle = both && places.some(([x, y]) => x * y < 0) ? -45 : 45;
    move(([x, y]) => (both ? Math.sign(x) * Math.hypot(x, y) : x === 0 ? y : x));
  } else if (draft.kind === 'crossline') {
    const inline = axis === undefined ? onAxis(0) : axis === 'Y';
    if (!onAxis(inline ? 0 : 1)) return 'the profile does not cross the axis';
    draft.kind = inline ? 'inline' : 'crossline';
    move((at) => at[inline ? 1 : 0]);
  }
  if (draft.depth === undefined && places.length > 0) draft.depth = Math.abs(places[0][2]);
  return undefined;
}
