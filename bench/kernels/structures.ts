import { isolines } from '#shared/evaluation/isolines.ts';
import type { Grid } from '#shared/geometry/volume.ts';
import { AXIAL } from '#shared/geometry/volume.ts';
import type { Contour, Roi } from '#shared/model/structures.ts';
import { compareStructures } from '#shared/structures/agreement/agreement.ts';
import { interpolateSlices } from '#shared/structures/drawing/interpolateSlices.ts';
import { expandDirectionally } from '#shared/structures/margins/directionalMargin.ts';
import { expandContours } from '#shared/structures/margins/margin.ts';
import { rasterizeRoi } from '#shared/structures/contours/mask.ts';
import { indexContours, sectionAt } from '#shared/structures/contours/section.ts';
import type { Row } from '../report/row.ts';

const RUNS = 5;
const GRID: Grid = { dims: [512, 512, 100], spacing: [1, 1, 3], origin: [-255.5, -255.5, 0], direction: AXIAL };

function circle(x: number, y: number, radius: number, z: number, vertices: number): Contour {
  const points = new Float64Array(3 * vertices);
  for (let i = 0; i < vertices; i++) {
    const angle = (2 * Math.PI * i) / vertices;
    points.set([x + radius * Math.cos(angle), y + radius * Math.sin(angle), z], 3 * i);
  }
  return { type: 'CLOSED_PLANAR', points };
}

const roi = (number: number, contours: readonly Contour[]): Roi => ({
  number,
  name: `R${number}`,
  type: 'ORGAN',
  color: [255, 0, 0],
  generationAlgorithm: 'AUTOMATIC',
  frameOfReferenceUid: '1.2.3',
  contours,
});

/** Best of some runs, ms: other work on the machine can only make a run slower. */
function milliseconds(work: () => void): number {
  let best = Infinity;
  for (let run = 0; run < RUNS; run++) {
    const start = performance.now();
    work();
    best = Math.min(best, performance.now() - start);
  }
  return best;
}

/** Slices of 1 mm for shapes of a target's size. */
const FINE: Grid = { dims: [512, 512, 140], spacing: [1, 1, 1], origin: [-255.5, -255.5, -70], direction: AXIAL };
/** A ball of 400 cm³, in mm. */
const TARGET = Math.cbrt((3 * 400e3) / (4 * Math.PI));

const ball = (shift: number): Contour[] =>
  Array.from({ length: 91 }, (_, n) => n - 45).map((z) => circle(shift, 0, Math.sqrt(TARGET ** 2 - z * z), z, 200));

/** What is done while structures are drawn: margins, filling of slices, comparison with another observer. */
function drawingRows(): Row[] {
  const target = ball(0);
  const other = ball(3);
  // 16 planes drawn every 5 mm leave 60 slices between them.
  const sparse = Array.from({ length: 16 }, (_, n) => circle(n, -n, 60 - (n - 8) ** 2 / 4, 5 * n - 40, 200));
  return [
    {
      name: 'margin of 5 mm on 400 cm³, 1 mm slices',
      value: milliseconds(() => expandContours(target, 5, FINE)),
      unit: 'ms',
    },
    {
      name: 'margins of 3 to 10 mm in six directions on 400 cm³, 1 mm slices',
      value: milliseconds(() =>
        expandDirectionally(
          target,
          5,
          new Map([
            ['left', 3],
            ['superior', 10],
          ]),
          FINE,
        ),
      ),
      unit: 'ms',
    },
    {
      name: 'interpolation of 60 slices, outlines of 120 mm',
      value: milliseconds(() => interpolateSlices(sparse, FINE)),
      unit: 'ms',
    },
    {
      name: 'comparison of two observers, 400 cm³, 1 mm slices',
      value: milliseconds(() => compareStructures(target, other, FINE)),
      unit: 'ms',
    },
  ];
}

/** What contour display, DVH and contouring do most: masks, sections through thousands of contours, isodose lines, margins. */
export async function run(): Promise<readonly Row[]> {
  const body = Array.from({ length: 100 }, (_, k) => circle(3.3, 2.1, 200, 3 * k, 500));
  const sets = Array.from({ length: 50 }, (_, s) =>
    roi(
      s + 1,
      Array.from({ length: 100 }, (_unused, k) => circle(s - 25, 0, 20 + s / 2, 3 * k, 200)),
    ),
  );
  const indexes = sets.map((one) => indexContours(one, GRID));
  const values = Float32Array.from({ length: 512 * 512 }, (_, p) => Math.sin((p % 512) / 30) * Math.cos(p / 512 / 40));
  let x = 0;
  return [
    {
      name: 'mask of a body, 100 slices of 512 × 512',
      value: milliseconds(() => rasterizeRoi(body, GRID)),
      unit: 'ms',
    },
    {
      name: 'sagittal section through 5,000 contours of 200 points',
      value: milliseconds(() => {
        x += 0.1;
        for (const index of indexes) sectionAt(index, 'sagittal', x);
      }),
      unit: 'ms',
    },
    { name: 'isodose line on 512 × 512', value: milliseconds(() => isolines(values, 512, 512, 0.3)), unit: 'ms' },
    ...drawingRows(),
  ];
}
