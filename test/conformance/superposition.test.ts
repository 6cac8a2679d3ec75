import { describe } from 'vitest';
import { referenceKernel } from '#shared/dosimetry/collapsedCone/kernels/reference.ts';
import { simdKernel } from '#shared/dosimetry/collapsedCone/kernels/simd/simdKernel.ts';
import { unrolledKernel } from '#shared/dosimetry/collapsedCone/kernels/unrolled.ts';
import { superpositionSuite } from './superpositionSuite.ts';

/** Every implementation that Node can run; test/e2e/webGpu.test.ts runs the suite on the one that needs a browser. */
const KERNELS = [referenceKernel, unrolledKernel, simdKernel];

describe.each(KERNELS.map((kernel) => ({ name: kernel.name, kernel })))('superposition kernel $name', ({ kernel }) =>
  superpositionSuite(() => kernel, 1e-5),
);
