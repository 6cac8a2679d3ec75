import { type Dvh } from '../../evaluation/dvh.ts';
import type { Roi } from '../../model/structures.ts';
import type { Block, Cell, Drawing, Mark } from '../model.ts';
import type { ReportInput } from './input.ts';
import { gray, onPaper } from './words.ts';

export interface RoiDvh {
  readonly roi: Roi;
  readonly dvh: Dvh;
}

/** The chart in points: where its axes cross, and how far they go. */
const WIDTH = 511;
const HEIGHT = 270;
const LEFT = 34;
const BOTTOM = 28;
const TOP = 12;
const KEY = 108;
const INK: [number, number, number] = [20, 24, 30];
const GRID: [number, number, number] = [215, 220, 226];

/** Cumulative histograms, and what is read off them. */
export function dvhBlocks({ plan, doseStale }: ReportInput, dvhs: readonly RoiDvh[]): Block[] {
  if (dvhs.length === 0) return [];
  const prescribed = plan.prescription?.dose;
  const warnings = dvhs.flatMap(({ dvh }) => dvh.warnings);
  return [
    { kind: 'page' },
    { kind: 'heading', text: 'Dose–volume histograms' },
    ...(doseStale === undefined
      ? []
      : [{ kind: 'text', text: `Of a stale dose: ${doseStale}.`, tone: 'bad' } as const]),
    {
      kind: 'drawings',
      drawings: [
        {
          drawing: dvhChart(dvhs, prescribed),
          caption: 'Cumulative, volume in % of the structure. What lies outside the dose grid counts as 0 Gy.',
        },
      ],
    },
    { kind: 'heading', text: 'Dose statistics' },
    {
      kind: 'table',
      columns: [
        { title: 'Structure' },
        ...[
          'Volume cm³',
          'Dmin Gy',
          'D98 % Gy',
          'D95 % Gy',
          'D50 % Gy',
          'Dmean Gy',
          'D2 % Gy',
          'Dmax Gy',
          'V95 % vol. %',
          'In grid %',
        ].map((title) => ({ title, numeric: true })),
      ],
      rows: dvhs.map(({ roi, dvh }): Cell[] => [
        roi.name,
        dvh.volume.toFixed(dvh.volume < 10 ? 2 : 1),
        ...[
          dvh.min,
          dvh.doseAtVolume(98),
          dvh.doseAtVolume(95),
          dvh.doseAtVolume(50),
          dvh.mean,
          dvh.doseAtVolume(2),
          dvh.max,
        ].map(gray),
        prescribed === undefined ? '–' : dvh.volumeAtDose(0.95 * prescribed).toFixed(1),
        dvh.covered < 0.9995 ? { text: (100 * dvh.covered).toFixed(1), tone: 'warning' } : '100.0',
      ]),
    },
    ...[...new Set(warnings)].map((text): Block => ({ kind: 'text', text, tone: 'warning' })),
  ];
}

function dvhChart(dvhs: readonly RoiDvh[], prescribed: number | undefined): Drawing {
  const top = Math.max(1, prescribed ?? 0, ...dvhs.map(({ dvh }) => dvh.max)) * 1.05;
  const right = WIDTH - KEY;
  const x = (dose: number): number => LEFT + (dose / top) * (right - LEFT);
  const y = (volume: number): number => HEIGHT - BOTTOM - (volume / 100) * (HEIGHT - BOTTOM - TOP);
  const marks: Mark[] = [];
  const step = [1, 2, 5, 10, 20, 50].find((size) => top / size <= 12) ?? 100;
  for (let dose = 0; dose <= top; dose += step)
    marks.push(
      { kind: 'line', points: [x(dose), y(0), x(dose), y(100)], color: GRID, width: 0.4 },
      { kind: 'words', x: x(dose), y: y(0) + 10, text: String(dose), size: 7, align: 'center', color: INK },
    );
  for (let volume = 0; volume <= 100; volume += 10)
    marks.push(
      { kind: 'line', points: [x(0), y(volume), x(top), y(volume)], color: GRID, width: 0.4 },
      { kind: 'words', x: LEFT - 4, y: y(volume) + 2.5, text: String(volume), size: 7, align: 'right', color: INK },
    );
  marks.push(
    { kind: 'line', points: [x(0), y(100), x(0), y(0), x(top), y(0)], color: INK, width: 0.8 },
    {
      kind: 'words',
      x: (LEFT + right) / 2,
      y: HEIGHT - 6,
      text: 'Dose / Gy',
      size: 7.5,
      align: 'center',
      bold: true,
      color: INK,
    },
    {
      kind: 'words',
      x: 9,
      y: (y(0) + y(100)) / 2,
      text: 'Volume / %',
      size: 7.5,
      align: 'center',
      bold: true,
      color: INK,
      turned: 90,
    },
  );
  if (prescribed !== undefined)
    marks.push(
      { kind: 'line', points: [x(prescribed), y(0), x(prescribed), y(100)], color: INK, width: 0.7, dash: [3, 2] },
      {
        kind: 'words',
        x: x(prescribed),
        y: y(100) - 3,
        text: `${gray(prescribed)} Gy`,
        size: 6.5,
        align: 'center',
        color: INK,
      },
    );
  const dashes = dashesOf(dvhs.map(({ roi }) => roi));
  for (const [n, { roi, dvh }] of dvhs.entries()) {
    const color = onPaper(roi.color);
    const dash = [...(dashes.get(roi) ?? [])];
    const dashed = dash.length === 0 ? {} : { dash };
    const width = isTarget(roi) ? 1.5 : 0.9;
    marks.push({ kind: 'line', points: curveOf(dvh, x, y), color, width, ...dashed });
    const line = TOP + 6 + n * Math.min(10, (HEIGHT - TOP - 12) / dvhs.length);
    marks.push(
      { kind: 'line', points: [right + 4, line - 2, right + 20, line - 2], color, width: 1.6, ...dashed },
      {
        kind: 'words',
        x: right + 23,
        y: line,
        text: roi.name,
        size: Math.min(6.8, (HEIGHT - TOP - 12) / dvhs.length),
        color: INK,
      },
    );
  }
  return { width: WIDTH, height: HEIGHT, marks };
}

const DASHES: readonly (readonly number[])[] = [[], [5, 2], [1.5, 1.5], [6, 1.5, 1.5, 1.5]];
/** Colours nearer than this in RGB are taken for each other on paper: the blues of the phantom's two lungs are 52 apart. */
const ALIKE = 70;

const isTarget = ({ type }: Roi): boolean => type === 'PTV' || type === 'CTV' || type === 'GTV';

/** By ROI: solid for the first of a colour, targets before organs, and the next dashes for those that are hardly told from it. */
function dashesOf(rois: readonly Roi[]): ReadonlyMap<Roi, readonly number[]> {
  const dashes = new Map<Roi, readonly number[]>();
  for (const roi of [...rois.filter(isTarget), ...rois.filter((one) => !isTarget(one))]) {
    const color = onPaper(roi.color);
    const apart = (other: Roi): number => Math.hypot(...onPaper(other.color).map((part, i) => part - color[i]));
    const alike = [...dashes.keys()].filter((other) => apart(other) < ALIKE);
    dashes.set(roi, DASHES[alike.length % DASHES.length]);
  }
  return dashes;
}

/** No more vertices than are seen: those half a point away from the last one. */
function curveOf(
  { curve: { dose, volume } }: Dvh,
  x: (dose: number) => number,
  y: (volume: number) => number,
): number[] {
  const points: number[] = [];
  for (let n = 0; n < dose.length; n++) {
    const at = [x(dose[n]), y(volume[n])];
    const last = points.length - 2;
    if (n === 0 || n === dose.length - 1 || Math.abs(at[0] - points[last]) + Math.abs(at[1] - points[last + 1]) > 0.5)
      points.push(...at);
  }
  return points;
}
