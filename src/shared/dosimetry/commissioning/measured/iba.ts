import { type AttributeNames, assemble, emptyDraft, type ScanDraft } from './assemble.ts';
import { LIMITS, MeasuredText } from './lines.ts';
import type { MeasuredFile, MeasuredScan } from './scan.ts';

const NAMES: AttributeNames = { kind: '%SCN', field: '%FSZ', ssd: '%SSD', depth: '%PRD', points: '=' };

export const isIba = (text: string): boolean =>
  /^\s*:(MSR|SYS)\b/m.test(text.slice(0, 4096)) || text.slice(0, 4096).includes('RFA300 ASCII Measurement Dump');

/**
 * IBA/Scanditronix OmniPro-Accept "RFA300 ASCII Measurement Dump (BDS format)": `%KEY value` lines, then `= x y z reading` in mm,
 * to `:EOM`. Column x runs inline (BLD y), y crossline (BLD x), z is the depth; `%PRD` is in tenths of a millimetre.
 * @throws IsocenterError naming file, line and attribute.
 */
export function readIba(content: string, file: string): MeasuredFile {
  const text = new MeasuredText(content, file);
  const scans: MeasuredScan[] = [];
  const leftOut: string[] = [];
  let open: { draft: ScanDraft; places: number[][]; reason?: string } | undefined;
  const finish = (): void => {
    if (open === undefined) return;
    const { draft, places } = open;
    const reason = open.reason ?? alongOneLine(draft, places);
    if (reason === undefined) scans.push(assemble(text, draft, NAMES));
    else leftOut.push(`${text.place(draft.line)}: ${reason}`);
    open = undefined;
  };
  for (const [n, raw] of text.lines.entries()) {
    const line = raw.trim();
    if (line.startsWith('%VNR')) {
      if (open !== undefined) throw text.invalid(n, 'begins before the measurement above has ended', ':EOM');
      open = { draft: emptyDraft(n), places: [] };
    } else if (line.startsWith(':EOM')) finish();
    else if (open === undefined) continue;
    else if (line.startsWith('%')) open.reason ??= header(text, n, line, open.draft);
    else if (line.startsWith('=')) {
      const cells = line.slice(1).trim().split(/\s+/);
      if (cells.length !== 4) throw text.invalid(n, 'needs x, y, z and a reading', '=');
      const [x, y, z, value] = cells.map((cell) => text.number(n, cell, '='));
      open.places.push([x, y, z]);
      open.draft.points.push([0, value]);
    }
  }
  if (open !== undefined) throw text.invalid(open.draft.line, 'has no end', ':EOM');
  if (scans.length === 0 && leftOut.length === 0) throw text.missing(0, '%VNR');
  return { scans, leftOut };
}

/** Takes a header line in; gives the reason where it says that this is no scan of an open photon field. */
function header(text: MeasuredText, n: number, line: string, draft: ScanDraft): string | undefined {
  const [key, ...cells] = line.split('#')[0].trim().split(/\s+/);
  const cell = (index: number): string => {
    if (cells[index] === undefined) throw text.missing(n, key);
    return cells[index];
  };
  switch (key) {
    case '%SCN': {
      const kinds = { DPT: 'depth', PRO: 'crossline', DIA: 'diagonal' } as const;
      const kind = cell(0);
      if (!Object.hasOwn(kinds, kind)) return `scan type ${kind} is not used`;
      draft.kind = kinds[kind as keyof typeof kinds];
      return undefined;
    }
    case '%TYP':
      return cell(0) === 'SCN' ? undefined : `type ${cell(0)} is no scan`;
    case '%BMT':
      if (cell(0) !== 'PHO') return `beam ${cell(0)}: no photons`;
      if (cells[1] !== undefined) draft.energy = text.within(n, cells[1], key, 1, 50);
      return undefined;
    case '%FSZ': {
      const [inline, crossline] = [cell(0), cell(1)].map((side) => text.within(n, side, key, ...LIMITS.side));
      draft.field = [crossline, inline];
      if (inline !== crossline) draft.warnings.push('%FSZ taken as inline × crossline');
      return undefined;
    }
    case '%PTS':
      draft.count = text.number(n, cell(0), key);
      return undefined;
    case '%SSD':
      draft.ssd = text.within(n, cell(0), key, ...LIMITS.ssd);
      return undefined;
    case '%PRD':
      draft.depth = text.within(n, cell(0), key, 0, LIMITS.depth[1] * 10) / 10;
      return undefined;
    case '%FLD':
      draft.detector = { name: { ION: 'ionisation chamber', SEM: 'semiconductor' }[cell(0)] ?? cell(0) };
      return undefined;
    case '%MOD':
      draft.unit = cell(0) === 'ABS' ? 'absolute' : 'relative';
      return undefined;
    case '%WEG':
    case '%GPO':
    case '%CPO':
      return text.number(n, cell(0), key) === 0 ? undefined : `${line}: no open field at angle 0`;
    default:
      return undefined;
  }
}

/** Positions along the line that the points lie on; a reason where they lie on none that is used. */
function alongOneLine(draft: ScanDraft, places: readonly number[][]): string | undefined {
  const spread = [0, 1, 2].map((axis) => {
    const values = places.map((place) => place[axis]);
    return values.reduce((most, value) => Math.max(most, Math.abs(value - values[0])), 0);
  });
  const move = (position: (place: number[]) => number): void => {
    draft.points = draft.points.map(([, value], n) => [position(places[n]), value]);
  };
  const onAxis = (axis: number): boolean => places.every((place) => Math.abs(place[axis]) < 0.5);
  if (draft.kind === 'depth') {
    if (!onAxis(0) || !onAxis(1)) return 'the depth dose does not run on the axis';
    // Some exports count depth downwards as negative.
    const sign = places.length > 0 && places.every(([, , z]) => z <= 0) ? -1 : 1;
    move(([, , z]) => sign * z);
  } else if (draft.kind === 'diagonal') {
    const steep = Math.abs(spread[0] - spread[1]) > 0.05 * Math.max(spread[0], spread[1]);
    if (steep) return 'the diagonal does not run at 45°';
    const rising = places.some(([x, y]) => x * y > 0);
    draft.angle = rising ? 45 : -45;
    // Positions grow with BLD x, which is column y.
    move(([x, y]) => Math.sign(y) * Math.hypot(x, y));
  } else if (draft.kind === 'crossline') {
    const inline = spread[0] > spread[1];
    if (!onAxis(inline ? 1 : 0)) return 'the profile does not cross the axis';
    draft.kind = inline ? 'inline' : 'crossline';
    move((place) => place[inline ? 0 : 1]);
  }
  if (draft.kind !== 'depth' && draft.depth === undefined && places.length > 0) draft.depth = Math.abs(places[0][2]);
  return undefined;
}
