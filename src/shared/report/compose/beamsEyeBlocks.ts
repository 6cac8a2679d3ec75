import { Clipper, EndType, JoinType, type PathsD } from 'clipper2-ts';
import { DrrSource, PLAIN_DRR } from '../../drr/computeDrr.ts';
import { toneOf } from '../../drr/tone.ts';
import { targetOutline } from '../../dosimetry/plan/aperture/aperture.ts';
import { IsocenterError } from '../../contract/errors.ts';
import { jawOpening, openingAt, rectangle, wholeOpening } from '../../evaluation/checks/openings.ts';
import { iecFromPatient } from '../../geometry/iec.ts';
import type { Beam } from '../../model/plan.ts';
import type { Roi } from '../../model/structures.ts';
import type { Block, Drawing, Mark } from '../model.ts';
import type { ReportInput } from './input.ts';
import { label, scaleBar } from './viewMarks.ts';
import { base64 } from './words.ts';

/** Of a picture, points, and its pixels. */
const SIDE = 250;
const PIXELS = 360;
/** Shown round the jaws, mm; the least that is shown to each side. */
const ROUND = 35;
const LEAST = 90;
/** Openings of one beam that are drawn, faintly, within what they open together: more would be a hatching. */
const SHAPES = 24;
const APERTURE: [number, number, number] = [255, 230, 60];
const SEGMENT: [number, number, number] = [190, 160, 70];
const JAWS: [number, number, number] = [120, 190, 255];
const SHOWN: readonly string[] = ['PTV', 'CTV', 'GTV', 'ORGAN'];
const MOST = 12;
/** Gaps and islands of silhouettes that are not drawn, mm and mm². */
const BRIDGE = 1.5;
const SMALLEST = 40;

/** Every beam seen from its source: radiograph, structures' outlines, jaws and openings. */
export function beamsEyeBlocks(input: ReportInput, onProgress: (fraction: number) => void = () => undefined): Block[] {
  const { plan, ct } = input;
  const beams = plan.beams.filter(({ controlPoints }) => controlPoints.length > 0);
  const iec = iecFromPatient(plan.patientPosition);
  if (beams.length === 0 || iec === undefined) return [];
  const source = ct.unit === 'HU' ? new DrrSource(ct) : undefined;
  const drawings = beams.map((beam, n) => {
    const drawing = beamsEye(beam, input, iec, source);
    onProgress((n + 1) / beams.length);
    return { drawing, caption: captionOf(beam) };
  });
  return [
    { kind: 'page' },
    { kind: 'heading', text: 'Beam’s-eye views' },
    {
      kind: 'text',
      text: 'At the isocenter plane, +Y of the collimator up. Radiographs computed from the CT; blue: jaws, bold yellow: what a beam opens, all segments together, thin the single ones (of arcs the first opening); structures as their silhouettes.',
      tone: 'quiet',
    },
    { kind: 'drawings', drawings },
  ];
}

function captionOf(beam: Beam): string {
  const [point] = beam.controlPoints;
  const { gantry, collimator, couch } = point;
  const units = beam.meterset === undefined ? '' : `, ${beam.meterset.toFixed(1)} MU`;
  const kind = beam.deliveryType === 'TREATMENT' ? '' : ` (${beam.deliveryType.toLowerCase()})`;
  return `${beam.number} ${beam.name}${kind}: gantry ${gantry.toFixed(1)}°, collimator ${collimator.toFixed(1)}°, couch ${couch.toFixed(1)}°${units}`;
}

function beamsEye(
  beam: Beam,
  input: ReportInput,
  iecFromLps: NonNullable<ReturnType<typeof iecFromPatient>>,
  source: DrrSource | undefined,
): Drawing {
  const [point] = beam.controlPoints;
  const jaws = beam.controlPoints.map(jawOpening);
  const half = Math.min(250, Math.max(LEAST, ...jaws.flat().map((edge) => Math.abs(edge) + ROUND)));
  const scale = SIDE / (2 * half);
  const place = (x: number, y: number): [number, number] => [SIDE / 2 + x * scale, SIDE / 2 - y * scale];
  const polygon = (path: readonly { x: number; y: number }[]): number[] => path.flatMap(({ x, y }) => place(x, y));
  const marks: Mark[] = [{ kind: 'area', points: [0, 0, SIDE, 0, SIDE, SIDE, 0, SIDE], color: [0, 0, 0] }];
  if (source !== undefined) {
    const view = {
      angles: point,
      isocenter: point.isocenter,
      iecFromLps,
      sad: beam.sourceAxisDistance,
      sid: beam.sourceAxisDistance,
      size: [PIXELS, PIXELS],
      spacing: [(2 * half) / PIXELS, (2 * half) / PIXELS],
      centre: [0, 0],
    } as const;
    const data = source.cast(view, PLAIN_DRR);
    const { black, white } = toneOf(data);
    const grey = Uint8Array.from(data, (value) =>
      Math.max(0, Math.min(255, (255 * (value - black)) / (white - black))),
    );
    marks.push({
      kind: 'image',
      x: 0,
      y: 0,
      width: SIDE,
      height: SIDE,
      columns: PIXELS,
      rows: PIXELS,
      grey: base64(grey),
    });
  }
  marks.push(...graticule(half, place));
  for (const roi of silhouettes(input))
    for (const path of outlineOf(roi, beam, iecFromLps))
      marks.push({
        kind: 'line',
        points: polygon(path),
        closed: true,
        color: [...roi.color],
        width: roi.type === 'ORGAN' ? 0.7 : 1.2,
      });
  marks.push({
    kind: 'line',
    points: polygon(rectangle(...clamped(jaws[0], half))),
    closed: true,
    color: JAWS,
    width: 1,
    dash: [4, 2],
  });
  const { whole, segments } = shapesOf(beam);
  for (const path of segments.flat())
    marks.push({ kind: 'line', points: polygon(path), closed: true, color: SEGMENT, width: 0.35 });
  for (const path of whole)
    marks.push({ kind: 'line', points: polygon(path), closed: true, color: APERTURE, width: 1.3 });
  marks.push(
    ...label(SIDE / 2 + 4, 10, '+Y', 7),
    ...label(SIDE - 4, SIDE / 2 - 3, '+X', 7, { align: 'right' }),
    ...scaleBar(SIDE - 6, SIDE - 6, 50, scale),
  );
  return { width: SIDE, height: SIDE, marks };
}

const clamped = (jaws: readonly [number, number, number, number], half: number): [number, number, number, number] => {
  const [x1, x2, y1, y2] = jaws.map((edge) => Math.max(-half, Math.min(half, edge)));
  return [x1, x2, y1, y2];
};

/** What a beam opens in its course and its different openings, none where there is but one; of one that turns the first, as it is seen from there. */
function shapesOf(beam: Beam): { readonly whole: PathsD; readonly segments: readonly PathsD[] } {
  const [first, ...others] = beam.controlPoints;
  if (others.some(({ gantry }) => gantry !== first.gantry)) return { whole: openingAt(beam, first), segments: [] };
  const seen = new Map(beam.controlPoints.map((point) => [JSON.stringify(point.positions), point]));
  const segments = seen.size > 1 && seen.size <= SHAPES ? [...seen.values()] : [];
  return { whole: wholeOpening(beam), segments: segments.map((point) => openingAt(beam, point)) };
}

/** Axes with a tick every centimetre, longer ones every five. */
function graticule(half: number, place: (x: number, y: number) => [number, number]): Mark[] {
  const color: [number, number, number] = [150, 160, 170];
  const marks: Mark[] = [
    { kind: 'line', points: [...place(-half, 0), ...place(half, 0)], color, width: 0.4 },
    { kind: 'line', points: [...place(0, -half), ...place(0, half)], color, width: 0.4 },
  ];
  for (let at = -Math.floor(half / 10) * 10; at <= half; at += 10) {
    const tick = at % 50 === 0 ? 4 : 2;
    marks.push({ kind: 'line', points: [...place(at, -tick), ...place(at, tick)], color, width: 0.4 });
    marks.push({ kind: 'line', points: [...place(-tick, at), ...place(tick, at)], color, width: 0.4 });
  }
  return marks;
}

/** Targets first; more than a dozen would hide each other. */
function silhouettes({ structures, shown, plan }: ReportInput): Roi[] {
  const rank = ({ number, type }: Roi): number =>
    number === plan.prescription?.targetRoiNumber ? 0 : type === 'ORGAN' ? 2 : 1;
  return structures.rois
    .filter(
      ({ number, type, contours }) =>
        contours.length > 0 && SHOWN.includes(type) && (shown === undefined || shown.includes(number)),
    )
    .sort((a, b) => rank(a) - rank(b))
    .slice(0, MOST);
}

/** What cannot be projected (no closed contour, behind the source) is left out: it is no part of the beam's numbers. */
function outlineOf(roi: Roi, beam: Beam, iecFromLps: NonNullable<ReturnType<typeof iecFromPatient>>): PathsD {
  const [point] = beam.controlPoints;
  try {
    return closed(targetOutline(roi.contours, point, point.isocenter, beam.sourceAxisDistance, iecFromLps, 0));
  } catch (error) {
    if (error instanceof IsocenterError) return [];
    throw error;
  }
}

/** Hairlines between slabs closed, and what is left of them dropped. */
const closed = (paths: PathsD): PathsD => {
  const grow = (outline: PathsD, mm: number): PathsD =>
    Clipper.inflatePathsD(outline, mm, JoinType.Round, EndType.Polygon, 2, 2, 0.1);
  return grow(grow(paths, BRIDGE), -BRIDGE).filter((path) => Math.abs(Clipper.areaD(path)) > SMALLEST);
};
