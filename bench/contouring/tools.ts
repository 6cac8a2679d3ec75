import { AXIAL } from '#shared/geometry/volume.ts';
import type { Vec3 } from '#shared/geometry/vec.ts';
import type { ImageVolume } from '#shared/model/image.ts';
import type { Contour, Roi } from '#shared/model/structures.ts';
import { smartBall } from '#shared/segmentation/smartBall.ts';
import { outlineField } from '#shared/segmentation/field.ts';
import { livewireFrom, windowAbout } from '#shared/structures/drawing/livewire.ts';
import { nudgeRings } from '#shared/structures/drawing/nudge.ts';
import { sweepDisc } from '#shared/structures/contours/rings.ts';
import { type ContourIndex, indexContours, sectionOnPlane } from '#shared/structures/contours/section.ts';
import { type DrawPlane, extrudedSolid, type Solid } from '#shared/structures/drawing/solid.ts';
import { sweptBall } from '#shared/structures/drawing/solidBall.ts';
import { type SolidStroke, solidStroke } from '#shared/structures/drawing/solidStroke.ts';
import { editRoi } from '#renderer/tools/slice.ts';
import { changedSection } from '#renderer/tools/strokePreview.ts';
import type { Row } from '../report/row.ts';

const SLICES = 200;
const RADIUS = 20;
const MOVES = 60;
const FRAME_MS = 1000 / 60;
/** As the brush gives itself to merge what no plane needs yet, ms. */
const MERGING_BUDGET_MS = 4;

/** A CT of 512 × 512 × 200 voxels of 1 mm with a soft disc on each slice. */
function image(): ImageVolume {
  const dims = [512, 512, SLICES] as const;
  const plane = Int16Array.from({ length: 512 * 512 }, (_, p) =>
    Math.hypot((p % 512) - 256, Math.floor(p / 512) - 256) < 60 ? 40 : -90,
  );
  const data = new Int16Array(dims[0] * dims[1] * dims[2]);
  for (let k = 0; k < SLICES; k++) data.set(plane, k * plane.length);
  const study = {
    studyInstanceUid: '1',
    studyDate: '',
    studyTime: '',
    studyId: '',
    accessionNumber: '',
    referringPhysicianName: '',
  };
  return {
    dims,
    spacing: [1, 1, 1],
    origin: [-256, -256, 0],
    direction: AXIAL,
    data,
    modality: 'CT',
    unit: 'HU',
    slope: 1,
    intercept: 0,
    patient: { patientName: '', patientId: '', patientBirthDate: '', patientSex: '' },
    study,
    seriesInstanceUid: '1',
    seriesDescription: '',
    frameOfReferenceUid: '1',
    patientPosition: 'HFS',
    slices: [],
    window: { center: 40, width: 400 },
    warnings: [],
  };
}

/** An organ of 200 slices with 200 vertices each. */
function organ(): Roi {
  const contours = Array.from({ length: SLICES }, (_, k): Contour => {
    const points = new Float64Array(600);
    for (let i = 0; i < 200; i++) {
      const angle = (2 * Math.PI * i) / 200;
      const r = 60 + 6 * Math.sin(5 * angle + k / 20);
      points.set([r * Math.cos(angle), r * Math.sin(angle), k], 3 * i);
    }
    return { type: 'CLOSED_PLANAR', points };
  });
  return {
    number: 1,
    name: 'Organ',
    type: 'ORGAN',
    color: [255, 0, 0],
    generationAlgorithm: 'MANUAL',
    frameOfReferenceUid: '1',
    contours,
  };
}

/** CPU time of this thread and its helpers, ms: the machine may be busy with other things. */
function cpu(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

const best = (times: readonly number[]): number => Math.min(...times);
const median = (times: readonly number[]): number => [...times].sort((a, b) => a - b)[times.length >> 1];

interface Measured {
  readonly move: number;
  readonly worst: number;
  readonly commit: number;
}

/** A stroke of 60 pointer moves of 2 mm: each adds its piece, shows it on the three planes and merges within the budget. */
function stroke(ct: ImageVolume, roi: Roi, index: ContourIndex, pieceOf: (from: Vec3, to: Vec3) => Solid): Measured {
  const way = Array.from({ length: MOVES + 1 }, (_, i): Vec3 => [40 + 20 * Math.cos(i / 9), -60 + 2 * i, 100]);
  const covered: SolidStroke = solidStroke(ct);
  const moves: number[] = [];
  for (let i = 1; i <= MOVES; i++)
    moves.push(
      cpu(() => {
        covered.add(pieceOf(way[i - 1], way[i]));
        for (const normal of [[0, 0, 1], [1, 0, 0], [0, 1, 0]] as const) changedSection(ct, index, { add: covered }, way[i], normal); // biome-ignore format: three planes
        const until = performance.now() + MERGING_BUDGET_MS;
        covered.settle(() => performance.now() > until);
      }),
    );
  const commit = cpu(() => {
    const edited = editRoi(roi, ct, { add: covered });
    for (const normal of [[0, 0, 1], [1, 0, 0], [0, 1, 0]] as const) sectionOnPlane(indexContours(edited, ct, index), way[MOVES], normal); // biome-ignore format: three planes
  });
  return { move: median(moves), worst: Math.max(...moves), commit };
}

/** What drawing costs on a CT of 512 × 512 × 200 voxels of 1 mm and a structure of 200 contours of 200 points; CPU time. */
export function run(): Promise<readonly Row[]> {
  const ct = image();
  const roi = organ();
  const index = indexContours(roi, ct);
  const coronal: DrawPlane = { u: [1, 0, 0], v: [0, 0, -1], normal: [0, 1, 0], offset: 0 };
  const axial: DrawPlane = { u: [1, 0, 0], v: [0, 1, 0], normal: [0, 0, 1], offset: 100 };
  const strokes: readonly (readonly [string, (from: Vec3, to: Vec3) => Solid])[] = [
    [
      'brush of 20 mm, axial',
      ([x, y], [u, v]) => extrudedSolid(axial, sweepDisc(Float64Array.of(x, y, u, v), RADIUS), 1),
    ],
    [
      'brush of 20 mm, coronal',
      ([x, y], [u, v]) => extrudedSolid(coronal, sweepDisc(Float64Array.of(x, y - 100, u, v - 100), RADIUS), 1),
    ],
    ['ball of 20 mm (41 slices)', (from, to) => sweptBall(from, to, RADIUS)],
  ];
  const rows: Row[] = [];
  for (const [name, pieceOf] of strokes) {
    stroke(ct, roi, index, pieceOf);
    const runs = [1, 2, 3, 4, 5, 6, 7, 8].map(() => stroke(ct, roi, index, pieceOf));
    rows.push(
      {
        name: `${name}: a pointer move, shown on three planes`,
        value: best(runs.map(({ move }) => move)),
        unit: 'ms CPU',
        peer: 'a frame at 60 Hz',
        ratio: best(runs.map(({ move }) => move)) / FRAME_MS,
      },
      { name: `${name}: the slowest of ${MOVES} moves`, value: best(runs.map(({ worst }) => worst)), unit: 'ms CPU' },
      { name: `${name}: commit and index anew`, value: best(runs.map(({ commit }) => commit)), unit: 'ms CPU' },
    );
  }
  rows.push(...others(ct, roi, index));
  return Promise.resolve(rows);
}

function others(ct: ImageVolume, roi: Roi, index: ContourIndex): Row[] {
  const timed = (work: () => void): number => best([1, 2, 3, 4, 5, 6, 7].map(() => cpu(work)));
  const rings = index.planes[100].rings;
  const window = windowAbout(60, 0, 1, 181);
  const values = Float32Array.from({ length: 181 * 181 }, (_, p) =>
    Math.hypot(window.u0 + (p % 181), window.v0 + Math.floor(p / 181)) < 60 ? 40 : -90,
  );
  const live = livewireFrom(window, values);
  const whole = timed(() => void indexContours(roi, ct));
  const edited: Roi = { ...roi, contours: [...roi.contours.slice(1), { ...roi.contours[0] }] };
  return [
    {
      name: 'nudge of 20 mm by 2 mm on one slice',
      value: timed(() => void nudgeRings(rings, [60, 0], [2, 0], RADIUS)),
      unit: 'ms CPU',
    },
    {
      name: 'livewire: a click (all ways in 181 × 181)',
      value: timed(() => void livewireFrom(window, values)),
      unit: 'ms CPU',
    },
    { name: 'livewire: a pointer move', value: timed(() => { for (let i = 0; i < 100; i++) live.pathTo(0, 60 - i / 10); }) / 100, unit: 'ms CPU' }, // biome-ignore format: a row
    {
      name: 'smart brush, disc of 20 mm: a step',
      value: timed(() => smart(ct, { u: [1, 0, 0], v: [0, 1, 0] })),
      unit: 'ms CPU',
    },
    { name: 'smart brush, ball of 20 mm: a step', value: timed(() => smart(ct)), unit: 'ms CPU' },
    {
      name: 'index of 200 contours after an edit of one',
      value: timed(() => void indexContours(edited, ct, index)),
      unit: 'ms CPU',
      peer: 'indexing all',
      ratio: timed(() => void indexContours(edited, ct, index)) / whole,
    },
    { name: 'section 20° oblique to 200 contours', value: timed(() => oblique(index)), unit: 'ms CPU' },
  ];
}

function smart(ct: ImageVolume, plane?: { readonly u: Vec3; readonly v: Vec3 }): void {
  const found = smartBall(ct, [50, 0, 100], RADIUS, plane === undefined ? {} : { plane });
  if (found !== undefined) outlineField(found.field);
}

function oblique(index: ContourIndex): void {
  index.cache.clear();
  const angle = (20 * Math.PI) / 180;
  sectionOnPlane(index, [0, 0, 100], [0, Math.sin(angle), Math.cos(angle)]);
}
