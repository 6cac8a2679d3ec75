import type { ComparedScan } from '#shared/dosimetry/commissioning/summary.ts';

/** What a chart of one scan shows, per cent against mm. */
export interface ScanCurves {
  readonly title: string;
  /** Of the x axis. */
  readonly label: string;
  readonly measured: Line;
  readonly computed: Line;
  /** Before the fit, where there was one. */
  readonly before?: Line;
  readonly difference: Line;
}

export interface Line {
  readonly positions: readonly number[];
  readonly values: readonly number[];
}

/** Curves of a selected scan; an output factor is shown among all of them, against the equivalent square. */
export function curvesOf(
  compared: readonly ComparedScan[],
  before: readonly ComparedScan[],
  selected: number,
): ScanCurves {
  const { scan, residual, summary } = compared[selected];
  const changed = before[selected].residual !== residual && before[selected].residual.curve !== residual.curve;
  if (scan.kind === 'outputFactor') return factorCurves(compared, before);
  return {
    title: summary.title,
    label: scan.kind === 'depth' ? 'Depth in water / mm' : 'Distance from the axis / mm',
    measured: { positions: scan.positions, values: residual.measured },
    computed: residual.curve,
    before: changed ? before[selected].residual.curve : undefined,
    difference: { positions: scan.positions, values: residual.differences },
  };
}

function factorCurves(compared: readonly ComparedScan[], before: readonly ComparedScan[]): ScanCurves {
  const factors = compared
    .flatMap(({ scan, residual }, n) =>
      scan.kind === 'outputFactor' ? [{ side: equivalentSquare(scan.field), residual, old: before[n].residual }] : [],
    )
    .sort((a, b) => a.side - b.side);
  const line = (value: (factor: (typeof factors)[number]) => number): Line => ({
    positions: factors.map(({ side }, n) => side + n * 1e-6),
    values: factors.map(value),
  });
  return {
    title: 'Output factors',
    label: 'Side of the equivalent square / mm',
    measured: line(({ residual }) => residual.measured[0]),
    computed: line(({ residual }) => residual.computed[0]),
    before: line(({ old }) => old.computed[0]),
    difference: line(({ residual }) => residual.differences[0]),
  };
}

/** Sterling's rule: twice the area over half the perimeter. */
const equivalentSquare = ([x, y]: readonly [number, number]): number => (2 * x * y) / (x + y);
