import { placeText } from '../../geometry/fixed.ts';
import { length, subtract, type Vec3 } from '../../geometry/vec.ts';
import { indexToPatient } from '../../geometry/volume.ts';
import { measureRoi } from '../../evaluation/statistics.ts';
import type { IsodoseStep } from '../../evaluation/pictures/sliceLines.ts';
import type { DoseVolume } from '../../model/dose.ts';
import type { Block, Mark } from '../model.ts';
import type { ReportInput } from './input.ts';
import { WHITE } from './viewMarks.ts';
import { sliceDrawing, type SliceScene } from './sliceDrawing.ts';

/** Per cent of the prescription, hot to cold. */
const STEPS: readonly IsodoseStep[] = (
  [
    [107, [255, 0, 255]],
    [100, [255, 140, 0]],
    [95, [255, 230, 0]],
    [80, [0, 220, 120]],
    [70, [0, 220, 255]],
    [50, [60, 130, 255]],
    [30, [150, 110, 255]],
  ] as const
).map(([percent, color]) => ({ percent, color }));

/** Places nearer than this are shown on one page, mm. */
const SAME = 3;
/** Of the pictures, points. */
const LARGE: readonly [number, number] = [511, 300];
const SMALL: readonly [number, number] = [250, 240];

/** Three planes through isocenter, target and dose maximum each, one page a place. */
export function isodosePages(input: ReportInput): Block[] {
  const { ct, structures, plan, dose, shown } = input;
  const maximum = dose === undefined ? undefined : maximumOf(dose);
  const reference = plan.prescription?.dose ?? maximum?.dose ?? 0;
  const isocenter = plan.beams.find(({ deliveryType }) => deliveryType === 'TREATMENT')?.controlPoints[0]?.isocenter;
  const scene: SliceScene = {
    ct,
    rois: structures.rois.filter(
      ({ number, contours }) => contours.length > 0 && (shown === undefined || shown.includes(number)),
    ),
    body: structures.rois.find(({ type, contours }) => type === 'EXTERNAL' && contours.length > 0),
    steps: input.isodoses ?? STEPS,
    reference,
    ...(dose === undefined ? {} : { dose }),
    ...(isocenter === undefined ? {} : { isocenter }),
    ...(maximum === undefined ? {} : { maximum: maximum.at }),
  };
  const of = plan.prescription === undefined ? 'the dose maximum' : 'the prescribed dose';
  const scale = dose === undefined ? '' : ` 100 % = ${reference.toFixed(2)} Gy, ${of}.`;
  return placesOf(input, isocenter, maximum).flatMap(({ names, at }): Block[] => [
    { kind: 'page' },
    { kind: 'heading', text: `${dose === undefined ? 'Planes' : 'Isodoses'} through ${names.join(' and ')}` },
    {
      kind: 'text',
      text: `At (${placeText(at)}) mm LPS.${scale} White cross: isocenter${maximum === undefined ? '' : '; red cross: dose maximum'}.`,
      tone: 'plain',
    },
    {
      kind: 'drawings',
      drawings: [
        { drawing: sliceDrawing(scene, 'axial', at, LARGE, true), caption: `Axial through ${names.join(' and ')}` },
      ],
    },
    {
      kind: 'drawings',
      drawings: (['sagittal', 'coronal'] as const).map((axis) => ({
        drawing: sliceDrawing(scene, axis, at, SMALL, false),
        caption: `${axis === 'sagittal' ? 'Sagittal' : 'Coronal'} through ${names.join(' and ')}`,
      })),
    },
    ...structureKey(scene),
  ]);
}

/** Names of the structures drawn, since colours alone do not tell. */
function structureKey({ rois }: SliceScene): Block[] {
  if (rois.length === 0) return [];
  const height = 11 * Math.ceil(rois.length / 5) + 1;
  return [
    {
      kind: 'drawings',
      drawings: [
        {
          drawing: {
            width: 511,
            height,
            marks: [
              { kind: 'area', points: [0, 0, 511, 0, 511, height, 0, height], color: [38, 42, 50] },
              ...rois.flatMap(({ name, color }, n): Mark[] => {
                const [x, y] = [102 * (n % 5) + 4, 11 * Math.floor(n / 5) + 6];
                return [
                  { kind: 'line', points: [x, y, x + 10, y], color: [...color], width: 2 },
                  { kind: 'words', x: x + 13, y: y + 2.5, text: name, size: 6.5, color: WHITE },
                ];
              }),
            ],
          },
          caption: '',
        },
      ],
    },
  ];
}

function placesOf(
  { structures, plan, ct }: ReportInput,
  isocenter: Vec3 | undefined,
  maximum: { at: Vec3 } | undefined,
): { names: string[]; at: Vec3 }[] {
  const target = structures.rois.find(
    ({ number, contours }) => number === plan.prescription?.targetRoiNumber && contours.length > 0,
  );
  const middle = target === undefined ? undefined : measureRoi(target.contours, ct)?.centroid;
  const places: { names: string[]; at: Vec3 }[] = [];
  for (const [name, at] of [
    ['the isocenter', isocenter],
    [`the middle of ${target?.name ?? ''}`, middle],
    ['the dose maximum', maximum?.at],
  ] as const) {
    if (at === undefined) continue;
    const known = places.find((place) => length(subtract(place.at, at)) < SAME);
    if (known === undefined) places.push({ names: [name], at });
    else known.names.push(name);
  }
  return places;
}

function maximumOf(dose: DoseVolume): { dose: number; at: Vec3 } {
  let [top, where] = [0, 0];
  for (let n = 0; n < dose.data.length; n++) if (dose.data[n] > top) [top, where] = [dose.data[n], n];
  const [nx, ny] = dose.dims;
  return {
    dose: top,
    at: indexToPatient(dose, [where % nx, Math.floor(where / nx) % ny, Math.floor(where / (nx * ny))]),
  };
}
