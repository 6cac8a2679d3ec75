import type { Apertures } from '../aperture/apertures.ts';
import { type ApertureOptions, type ApertureProblem, optimizeApertures } from '../aperture/optimizeApertures.ts';
import { operatorAmong } from '../influence/doseOperator.ts';
import type { ArcScheme } from './arcScheme.ts';
import { coarseFactor, coarseScheme } from './coarseScheme.ts';

/** Then leaves are about where they are to go. */
const FEW_ITERATIONS = 60;

interface FoundByFew {
  /** Of all control points. */
  readonly apertures: Apertures;
  readonly iterations: number;
  readonly evaluations: number;
}

/** Apertures found with few control points, then given all of them; as they are where the arcs have no more than few. @throws as optimizeApertures. */
export async function fewPoints(
  scheme: ArcScheme,
  problem: Pick<ApertureProblem, 'operator' | 'objective' | 'machine' | 'models'>,
  start: Apertures,
  { onIteration, ...search }: ApertureOptions,
): Promise<FoundByFew> {
  const factor = coarseFactor(scheme);
  if (factor === 1) return { apertures: start, iterations: 0, evaluations: 0 };
  const { coarsened, refined, ...coarse } = coarseScheme(scheme, factor);
  const seen = coarse.scheme.exposures.map(({ direction }) => direction);
  const found = await optimizeApertures(
    { ...problem, ...coarse, operator: operatorAmong(problem.operator, seen) },
    coarsened(start),
    {
      ...search,
      maxIterations: Math.min(search.maxIterations ?? Infinity, FEW_ITERATIONS),
      weightIterations: 0,
      onIteration: ({ found: apertures, ...state }) => onIteration?.({ ...state, found: () => refined(apertures()) }),
    },
  );
  return { ...found, apertures: refined(found) };
}
