import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { readStructureSet, writeStructureSet } from '#shared/dicom/structures/rtStructureSet.ts';
import { writeSegmentation } from '#shared/dicom/segmentation/segmentationWriter.ts';
import { AXIAL, type Grid } from '#shared/geometry/volume.ts';
import type { Contour, Roi, StructureSet } from '#shared/model/structures.ts';
import { contoursFromMask } from '#shared/structures/contours/contoursFromMask.ts';
import { interpolateSlices } from '#shared/structures/drawing/interpolateSlices.ts';
import { rasterizeRoi } from '#shared/structures/contours/mask.ts';
import { masksOf } from '#shared/structures/sets/segments.ts';
import { readStructures } from '#shared/structures/sets/structureObject.ts';
import { objectContext } from '#test/builders/context.ts';
import { findProgram, PYTHON, pydicomMissing } from '#test/peers/harness/missing.ts';
import { plastimatchMasks } from '#test/peers/harness/plastimatch.ts';
import type { Row } from '../report/row.ts';

/** Slices of a clinical CT. */
const GRID: Grid = { dims: [512, 512, 200], spacing: [1, 1, 2.5], origin: [-255.5, -255.5, 0], direction: AXIAL };
const FRAME = '1.2.826.0.1.3680043.10.999.1';

function circle(x: number, y: number, radius: number, z: number, vertices: number): Contour {
  const points = new Float64Array(3 * vertices);
  for (let i = 0; i < vertices; i++) {
    const angle = (2 * Math.PI * i) / vertices;
    const r = radius * (1 + 0.05 * Math.sin(7 * angle + z));
    points.set([x + r * Math.cos(angle), y + r * Math.sin(angle), z], 3 * i);
  }
  return { type: 'CLOSED_PLANAR', points };
}

/** 40 structures on 200 slices each: 8,000 contours of 120 vertices. */
const roi = (n: number): Roi => ({
  number: n + 1,
  name: `R${n + 1}`,
  type: 'ORGAN',
  color: [(67 * n) % 256, (131 * n) % 256, 200],
  generationAlgorithm: 'AUTOMATIC',
  frameOfReferenceUid: FRAME,
  contours: Array.from({ length: 200 }, (_, k) =>
    circle(40 * ((n % 8) - 3.5), 40 * (Math.floor(n / 8) - 2), 15 + n / 4, 2.5 * k, 120),
  ),
});

/** CPU time of this thread's own work, the best of some runs, ms. */
function cpu(work: () => void, runs = 3): number {
  let best = Infinity;
  for (let run = 0; run < runs; run++) {
    const start = process.cpuUsage();
    work();
    const { user, system } = process.cpuUsage(start);
    best = Math.min(best, (user + system) / 1000);
  }
  return best;
}

const READ = `
import sys, time, numpy as np, pydicom
t = time.process_time()
d = pydicom.dcmread(sys.argv[1])
n = sum(len(np.array(k.ContourData, float)) for c in d.ROIContourSequence for k in c.ContourSequence)
r = time.process_time() - t
t = time.process_time()
d.save_as(sys.argv[1] + '.out')
print(r, time.process_time() - t)`;

function structureSetRows(set: StructureSet, folder: string): Row[] {
  const context = objectContext('RTSTRUCT');
  const full = { ...set, sopInstanceUid: context.sopInstanceUid };
  let bytes = writeStructureSet(full, context);
  const write = cpu(() => {
    bytes = writeStructureSet(full, context);
  });
  const read = cpu(() => readStructureSet(bytes));
  const file = path.join(folder, 'set.dcm');
  writeFileSync(file, bytes);
  const [theirs, theirWrite] = pydicomMissing()
    ? [undefined, undefined]
    : execFileSync(PYTHON, ['-W', 'ignore', '-c', READ, file], { encoding: 'utf8' })
        .split(' ')
        .map((s) => 1000 * Number(s));
  const beside = (value: number, peer: number | undefined): Pick<Row, 'peer' | 'ratio'> =>
    peer === undefined ? {} : { peer: 'pydicom', ratio: value / peer };
  const size = `${(bytes.length / 1e6).toFixed(1)} MB`;
  return [
    { name: `RT Structure Set of 8,000 contours (${size}) read`, value: read, unit: 'ms CPU', ...beside(read, theirs) },
    { name: '… written', value: write, unit: 'ms CPU', ...beside(write, theirWrite) },
  ];
}

function maskRows(set: StructureSet, folder: string): Row[] {
  const rows: Row[] = [];
  const body = Array.from({ length: 200 }, (_, k) => circle(3.3, 2.1, 190, 2.5 * k, 400));
  let mask = rasterizeRoi(body, GRID);
  const rasterize = cpu(() => {
    mask = rasterizeRoi(body, GRID);
  });
  rows.push({ name: 'mask of a body, 512 × 512 × 200', value: rasterize, unit: 'ms CPU' });
  const extract = cpu(() => contoursFromMask(mask, GRID));
  rows.push({ name: 'contours of that mask', value: extract, unit: 'ms CPU' });
  // Ten structures as files through both programs: read, rasterized, 512 × 512 × 200.
  if (findProgram('plastimatch') === undefined) return rows;
  const context = objectContext('RTSTRUCT', 2);
  const ten = { ...set, sopInstanceUid: context.sopInstanceUid, rois: set.rois.slice(0, 10) };
  const bytes = writeStructureSet(ten, context);
  const file = path.join(folder, 'ten.dcm');
  writeFileSync(file, bytes);
  const elapsed = (work: () => void): number => {
    const start = performance.now();
    work();
    return performance.now() - start;
  };
  const ours = elapsed(() => {
    for (const { contours } of readStructureSet(bytes).rois) rasterizeRoi(contours, GRID);
  });
  const theirs = elapsed(() => plastimatchMasks(file, GRID, path.join(folder, 'plastimatch')));
  rows.push({
    name: 'ten structures read and made masks of, 512 × 512 × 200',
    value: ours,
    unit: 'ms',
    peer: 'plastimatch, with its files',
    ratio: ours / theirs,
  });
  return rows;
}

function segmentationRows(set: StructureSet): Row[] {
  const context = objectContext('SEG');
  const image = {
    ...GRID,
    frameOfReferenceUid: FRAME,
    slices: [],
    study: context.study,
    seriesInstanceUid: context.seriesInstanceUid,
  };
  const rois = set.rois.slice(0, 10);
  let bytes = new Uint8Array();
  const write = cpu(() => {
    bytes = writeSegmentation({ label: 'bench', rois }, masksOf(rois, GRID).masks, image, context);
  }, 1);
  const read = cpu(() => readStructures(bytes), 1);
  return [
    {
      name: `segmentation of ten structures, 512 × 512 × 200 (${(bytes.length / 1e6).toFixed(0)} MB), written`,
      value: write,
      unit: 'ms CPU',
    },
    { name: '… read, as contours', value: read, unit: 'ms CPU' },
  ];
}

/** What goes between contours, voxels and objects. */
export async function run(): Promise<readonly Row[]> {
  const folder = mkdtempSync(path.join(tmpdir(), 'isocenter-bench-'));
  try {
    const set: StructureSet = {
      sopInstanceUid: '',
      label: 'bench',
      frameOfReferenceUid: FRAME,
      referencedStudyUid: '',
      referencedSeriesUid: '',
      referencedImages: [],
      rois: Array.from({ length: 40 }, (_, n) => roi(n)),
      warnings: [],
    };
    // 16 planes drawn every fifth slice leave 60 between them.
    const sparse = Array.from({ length: 16 }, (_, n) => circle(n, -n, 60 - (n - 8) ** 2 / 4, 5 * 2.5 * n, 200));
    const made = interpolateSlices(sparse, GRID).contours.length;
    return [
      {
        name: `interpolation of ${made} slices, outlines of 120 mm`,
        value: cpu(() => interpolateSlices(sparse, GRID)),
        unit: 'ms CPU',
      },
      ...maskRows(set, folder),
      ...structureSetRows(set, folder),
      ...segmentationRows(set),
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
