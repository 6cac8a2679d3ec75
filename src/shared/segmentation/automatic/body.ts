import { measureRoi } from '../../evaluation/statistics.ts';
import { type FoundStructure, judge, within } from './found.ts';
import { positionDoubt } from './lungs.ts';
import type { Scene } from './scene.ts';

/** The patient's outline (structures/body findBody) with what can be said for it. */
export function bodyOf(scene: Scene): FoundStructure {
  const { ct, body, coarse, inBody } = scene;
  const [nx, ny, nz] = coarse.dims;
  const planes = new Set(body.map(({ points }) => points[2].toFixed(2))).size;
  let cut = 0;
  for (let k = 0, p = 0; k < nz; k++)
    for (let j = 0; j < ny; j++)
      for (let i = 0; i < nx; i++, p++) if (inBody[p] && (i === 0 || j === 0 || i === nx - 1 || j === ny - 1)) cut++;
  const rim = cut / nz / (2 * (nx + ny));
  const volume = measureRoi(body, ct)?.volume ?? 0;
  const judged = judge([
    { words: `an outline on every slice (${planes} of ${nz})`, met: planes === nz ? 1 : planes / nz - 0.2 },
    {
      words: `lies wholly in the image (${(100 * rim).toFixed(0)} % of its border cuts it)`,
      met: 1 - 10 * rim,
      least: 0.5,
    },
    { words: `volume ${volume.toFixed(0)} cm³ (1000 or more expected)`, met: within(volume, 1000, 1e6, 800) },
    ...positionDoubt(scene),
  ]);
  return { organ: 'body', name: 'External', type: 'EXTERNAL', color: [120, 220, 120], contours: body, ...judged };
}
