import { type AttributeNames, assemble, emptyDraft, type ScanDraft } from './assemble.ts';
import { LIMITS, MeasuredText } from './lines.ts';
import type { MeasuredFile, MeasuredScan } from './scan.ts';

const NAMES: AttributeNames = {
  kind: 'SCAN_CURVETYPE',
  field: 'FIELD_INPLANE, FIELD_CROSSPLANE',
  ssd: 'SSD',
  depth: 'SCAN_DEPTH',
  points: 'BEGIN_DATA',
};

export const isPtw = (text: string): boolean => /^\s*BEGIN_SCAN_DATA\s*$/m.test(text.slice(0, 4096));

/**
 * PTW MEPHYSTO `.mcc` ("CC-Export"): KEY=value lines inside BEGIN_SCAN n … END_SCAN n, then position (mm), reading and
 * optionally the reference reading between BEGIN_DATA and END_DATA. The reading is already divided by the reference.
 * Inplane is BLD y, crossplane BLD x; positions are turned to IEC 61217 by the stated axis directions.
 * @throws IsocenterError naming file, line and attribute.
 */
export function readPtw(content: string, file: string): MeasuredFile {
  const text = new MeasuredText(content, file);
  const scans: MeasuredScan[] = [];
  const leftOut: string[] = [];
  let open: { draft: ScanDraft; values: Map<string, [value: string, line: number]> } | undefined;
  let inData = false;
  for (const [n, raw] of text.lines.entries()) {
    const line = raw.trim();
    if (/^BEGIN_SCAN\s+\d+$/.test(line)) {
      if (open !== undefined) throw text.invalid(n, 'begins before the scan above has ended', 'BEGIN_SCAN');
      open = { draft: emptyDraft(n), values: new Map() };
    } else if (open === undefined) continue;
    else if (line === 'BEGIN_DATA') inData = true;
    else if (line === 'END_DATA') inData = false;
    else if (/^END_SCAN(\s+\d+)?$/.test(line)) {
      const reason = describe(text, open.draft, open.values);
      if (reason === undefined) scans.push(assemble(text, open.draft, NAMES));
      else leftOut.push(`${text.place(open.draft.line)}: ${reason}`);
      open = undefined;
      inData = false;
    } else if (inData && line !== '') {
      const cells = line.split(/[\s#]+/);
      if (cells.length < 2) throw text.invalid(n, 'needs a position and a reading', 'BEGIN_DATA');
      open.draft.points.push([text.number(n, cells[0], 'BEGIN_DATA'), text.number(n, cells[1], 'BEGIN_DATA')]);
    } else {
      const at = line.indexOf('=');
      if (at > 0) open.values.set(line.slice(0, at), [line.slice(at + 1).trim(), n]);
    }
  }
  if (open !== undefined) throw text.invalid(open.draft.line, 'has no end', 'END_SCAN');
  if (scans.length === 0 && leftOut.length === 0) throw text.missing(0, 'BEGIN_SCAN');
  return { scans, leftOut };
}

/** Fills the draft from the scan's lines; gives the reason where it is no scan of an open photon field. */
function describe(
  text: MeasuredText,
  draft: ScanDraft,
  values: ReadonlyMap<string, readonly [string, number]>,
): string | undefined {
  const word = (key: string): string | undefined => values.get(key)?.[0];
  const length = (key: string, [low, high]: readonly [number, number]): number | undefined => {
    const found = values.get(key);
    return found === undefined ? undefined : text.within(found[1], found[0], key, low, high);
  };
  if (word('MODALITY') !== undefined && word('MODALITY') !== 'X') return `modality ${word('MODALITY')}: no photons`;
  for (const key of ['WEDGE_ANGLE', 'COLL_OFFSET_INPLANE', 'COLL_OFFSET_CROSSPLANE', 'GANTRY', 'COLL_ANGLE'] as const)
    if ((length(key, [-1000, 1000]) ?? 0) !== 0) return `${key} ${word(key)}: no open field on the axis at angle 0`;
  const curve = word('SCAN_CURVETYPE');
  const kinds = { PDD: 'depth', CROSSPLANE_PROFILE: 'crossline', INPLANE_PROFILE: 'inline' } as const;
  if (curve === undefined) return undefined;
  if (!Object.hasOwn(kinds, curve)) return `curve type ${curve} is not used`;
  draft.kind = kinds[curve as keyof typeof kinds];
  const diagonal = word('SCAN_DIAGONAL');
  const turned =
    word(draft.kind === 'inline' ? 'INPLANE_AXIS_DIR' : 'CROSSPLANE_AXIS_DIR') ===
    (draft.kind === 'inline' ? 'GUN_TARGET' : 'RIGHT_LEFT');
  if (draft.kind !== 'depth' && turned) draft.points = draft.points.map(([position, value]) => [-position, value]);
  if (draft.kind !== 'depth' && diagonal !== undefined && diagonal !== 'NOT_DIAGONAL') {
    draft.angle = draft.kind === 'inline' ? 45 : -45;
    draft.kind = 'diagonal';
  }
  if (draft.kind === 'crossline' || draft.kind === 'inline') {
    const key = draft.kind === 'crossline' ? 'SCAN_OFFAXIS_INPLANE' : 'SCAN_OFFAXIS_CROSSPLANE';
    if ((length(key, [-1000, 1000]) ?? 0) !== 0) return `${key} ${word(key)}: the profile does not cross the axis`;
  }
  draft.energy = length('ENERGY', [1, 50]);
  draft.ssd = length('SSD', LIMITS.ssd);
  draft.depth = length('SCAN_DEPTH', LIMITS.depth);
  const [x, y] = [length('FIELD_CROSSPLANE', LIMITS.side), length('FIELD_INPLANE', LIMITS.side)];
  if (x !== undefined && y !== undefined) draft.field = [x, y];
  draft.unit = word('MEAS_UNIT');
  const name = word('DETECTOR_NAME') ?? word('DETECTOR');
  if (name !== undefined) draft.detector = { name, radius: length('DETECTOR_RADIUS', [0, 100]) };
  return undefined;
}
