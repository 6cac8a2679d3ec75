import type { DoseVolume } from '#shared/model/dose.ts';
import { frameUid, instanceUid } from './context.ts';
import { decimals, seeded } from './random.ts';

/** A plan dose of the plan and structure set of the same seed: random values up to about 66 Gy, some zeros. */
export function dose(seed = 1, overrides: Partial<DoseVolume> = {}): DoseVolume {
  const random = seeded(seed + 2000);
  const dims = [6 + Math.floor(random() * 5), 5 + Math.floor(random() * 5), 4 + Math.floor(random() * 5)] as const;
  return {
    dims,
    spacing: [2.5, 2.25, decimals(2 + random(), 2)],
    origin: [decimals(-50 * random(), 3), decimals(-50 * random(), 3), decimals(-50 * random(), 3)],
    direction: [1, 0, 0, 0, 1, 0, 0, 0, 1],
    data: Float32Array.from({ length: dims[0] * dims[1] * dims[2] }, () => (random() < 0.1 ? 0 : 66 * random())),
    sopInstanceUid: instanceUid('RTDOSE', seed),
    frameOfReferenceUid: frameUid(seed),
    summation: 'PLAN',
    doseType: 'PHYSICAL',
    planUid: instanceUid('RTPLAN', seed),
    structureSetUid: instanceUid('RTSTRUCT', seed),
    provenance: {
      engine: 'collapsed cone',
      version: '0.1.0',
      implementation: 'wasm simd',
      machines: [{ name: 'GENERIC_6MV', hash: '00ff' }],
      calibration: { name: 'Größe', hash: 'ff00' },
      grid: { spacing: [2.5, 2.5, 3], dims: [10, 10, 10], origin: [0, 0, 0] },
      settings: { directions: 104, heterogeneity: ['IMAGE'], overrides: [{ name: 'Couch', density: 0.2 }] },
      basis: { plan: '01', body: '02', overrides: '03', ctSeriesUid: '2.25.7', ct: '04' },
      madeAt: '2026-01-02T03:04:05Z',
      approximate: false,
      reasons: [],
    },
    warnings: [],
    ...overrides,
  };
}
