import vtkDataArray from '@kitware/vtk.js/Common/Core/DataArray.js';
import vtkImageData from '@kitware/vtk.js/Common/DataModel/ImageData.js';
import vtkImageMarchingCubes from '@kitware/vtk.js/Filters/General/ImageMarchingCubes.js';
import { isodoseSurface } from '#shared/evaluation/isodoseSurface.ts';
import type { Volume } from '#shared/geometry/volume.ts';
import { makePhantom } from '#shared/phantom/phantom.ts';
import { stackContours } from '#shared/structures/contours/stack.ts';
import { isoSurface } from '#shared/structures/surfaces/isoSurface.ts';
import { surfaceLayers } from '#shared/structures/surfaces/surfaceLayers.ts';
import { roiSurface } from '#shared/structures/surfaces/surfaceMesh.ts';
import type { Row } from '../report/row.ts';
import { sceneRows } from '../viewer/scene.ts';

const RUNS = 4;
/** As roiSurface takes it for one structure. */
const TRIANGLES = 100_000;

/** Least processor time of some runs, ms: on a busy machine the clock tells about others. */
function cpuMilliseconds(work: () => void): number {
  let best = Infinity;
  for (let run = 0; run < RUNS; run++) {
    const start = process.cpuUsage();
    work();
    const { user, system } = process.cpuUsage(start);
    best = Math.min(best, (user + system) / 1000);
  }
  return best;
}

/** vtk.js' marching cubes over the same field, ms of processor time. */
function vtkMilliseconds(field: Float32Array, dims: readonly [number, number, number]): number {
  const image = vtkImageData.newInstance({ origin: [0, 0, 0], spacing: [1, 1, 1] });
  image.setDimensions([...dims]);
  image.getPointData().setScalars(vtkDataArray.newInstance({ name: 'field', numberOfComponents: 1, values: field }));
  return cpuMilliseconds(() => {
    const cubes = vtkImageMarchingCubes.newInstance({ contourValue: 0, computeNormals: false, mergePoints: true });
    cubes.setInputData(image);
    cubes.update();
  });
}

/** Surfaces of the 3-D view: structures from contours, isodoses, and the marching cubes alone beside vtk.js'. */
export async function run(): Promise<readonly Row[]> {
  const { structureSet, ct } = makePhantom('thorax');
  const closed = structureSet.rois;
  const rows: Row[] = ['BODY', 'Lung_L', 'Bone'].map((name) => ({
    name: `surface of ${name} from its contours`,
    value: cpuMilliseconds(() => roiSurface(closed.find((roi) => roi.name === name)?.contours ?? [], { grid: ct })),
    unit: 'ms of CPU',
  }));
  rows.push({
    name: `surfaces of all ${closed.length} structures of the thorax phantom`,
    value: cpuMilliseconds(() => {
      for (const { contours } of closed) roiSurface(contours, { grid: ct });
    }),
    unit: 'ms of CPU',
  });
  const dose: Volume<Float32Array> = {
    dims: [160, 110, 110],
    spacing: [2.5, 2.5, 2.5],
    origin: [0, 0, 0],
    direction: [1, 0, 0, 0, 1, 0, 0, 0, 1],
    data: Float32Array.from(
      { length: 160 * 110 * 110 },
      (_, p) =>
        70 *
        Math.exp(
          -(((p % 160) - 80) ** 2 + ((Math.floor(p / 160) % 110) - 55) ** 2 + (Math.floor(p / 17600) - 55) ** 2) / 900,
        ),
    ),
  };
  rows.push({
    name: 'isodose surface on 160 × 110 × 110',
    value: cpuMilliseconds(() => isodoseSurface(dose, 20)),
    unit: 'ms of CPU',
  });
  const layers = surfaceLayers(stackContours(closed.find(({ name }) => name === 'BODY')?.contours ?? []), TRIANGLES);
  if (layers === undefined) throw new Error('the phantom has a body');
  const { dims } = layers.grid;
  const size = dims[0] * dims[1];
  const field = new Float32Array(size * dims[2]);
  for (let k = 0; k < dims[2]; k++) field.set(layers.layer(k), k * size);
  const ours = cpuMilliseconds(() => isoSurface(dims, (k) => field.subarray(k * size, (k + 1) * size)));
  const theirs = vtkMilliseconds(field, dims);
  rows.push({
    name: `marching cubes alone, BODY on ${dims.join(' × ')}`,
    value: ours,
    unit: 'ms of CPU',
    peer: `vtk.js ${theirs.toFixed(0)} ms`,
    ratio: ours / theirs,
  });
  return [...rows, ...(await sceneRows())];
}
