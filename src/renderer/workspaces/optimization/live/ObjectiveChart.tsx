import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type uPlot from 'uplot';
import type { OptimizationIteration } from '#renderer/stores/optimizationStore.ts';
import { css } from '#renderer/viewports/painters/ink.ts';
import type { Roi } from '#shared/model/structures.ts';
import { OBJECTIVE_TYPES, termUnit } from '../objectives/objectiveTypes.ts';
import { termText } from '../objectives/objectiveNow.ts';
import { AXIS, Chart } from './Chart.tsx';
import { type Course, courseOf, decadesOf } from './termSeries.ts';
import type { LiveState } from './useLive.ts';

interface ObjectiveChartProps {
  readonly rois: readonly Roi[];
  readonly live: LiveState;
}

const NO_ITERATIONS: NonNullable<LiveState['run']>['iterations'] = [];
/** The sum of the terms. */
const TOTAL = '#ffffff';
/** Of a structure's second, third … objective. */
const DASHES: readonly (readonly number[])[] = [[], [7, 4], [2, 3], [9, 3, 2, 3]];

/** The sum that is minimised and its terms, iteration by iteration, on a logarithmic scale. */
export function ObjectiveChart({ rois, live }: ObjectiveChartProps) {
  const iterations = live.run?.iterations ?? NO_ITERATIONS;
  const course = useMemo(() => courseOf(iterations), [iterations]);
  const [pointed, setPointed] = useState<number | undefined>(undefined);
  const [chart, setChart] = useState<uPlot | null>(null);
  const data = useMemo(
    (): uPlot.AlignedData => [course.iterations, course.total, ...course.terms.map(({ values }) => values)],
    [course],
  );
  const looks = JSON.stringify(course.terms.map(({ goal, rank }) => [colorOf(goal.roi, rois), rank]));
  const units = [...new Set(course.terms.map(({ goal }) => termUnit(goal.type)))];
  const label = axisLabel(units);
  const shown = useRef(course);
  useEffect(() => {
    shown.current = course;
    // The range of the logarithm is of the whole course.
    chart?.setData(data);
  }, [course, data, chart]);
  const make = useCallback(
    (size: { width: number; height: number }) =>
      optionsOf(size, label, JSON.parse(looks) as [string, number][], () => shown.current, setPointed),
    [looks, label],
  );
  const at = pointed ?? course.iterations.length - 1;
  return (
    <section className="objective-course" aria-label="objective by term">
      <header>
        <h2>Objective by term</h2>
        <span className="hint">{wordsAt(iterations[at])}</span>
      </header>
      <div className="live-body">
        <Chart
          make={make}
          data={data}
          onChart={setChart}
          data-testid="objective-chart"
          data-points={course.iterations.length}
        />
        <ol className="live-legend terms">
          {course.iterations.length > 0 && <Term color={TOTAL} rank={0} name="Sum" value={course.total[at]} />}
          {course.terms.map(({ key, goal, rank, values }) => (
            <Term
              key={key}
              color={colorOf(goal.roi, rois)}
              rank={rank}
              name={`${goal.roi} · ${OBJECTIVE_TYPES[goal.type].label}`}
              value={values[at]}
              unit={termUnit(goal.type)}
            />
          ))}
        </ol>
      </div>
    </section>
  );
}

const wordsAt = (one: OptimizationIteration | undefined): string =>
  one === undefined
    ? 'Begins with the first iteration'
    : one.phase === 'final dose'
      ? 'of the final dose'
      : `at iteration ${one.iteration}`;

const colorOf = (name: string, rois: readonly Roi[]): string => {
  const roi = rois.find((one) => one.name === name);
  return roi === undefined ? '#93a1b3' : css(roi.color);
};

interface TermProps {
  readonly color: string;
  readonly rank: number;
  readonly name: string;
  readonly value: number | null | undefined;
  /** Said where it is not the axis's. */
  readonly unit?: ReturnType<typeof termUnit>;
}

/** Terms of responses are no doses: where there are such, the axis says no unit of all. */
const axisLabel = (units: readonly ReturnType<typeof termUnit>[]): string =>
  units.every((unit) => unit === 'Gy²') ? 'Weighted term / Gy²' : 'Weighted term';

function Term({ color, rank, name, value, unit = 'Gy²' }: TermProps) {
  const dash = DASHES[rank % DASHES.length].join(' ');
  return (
    <li title={name}>
      <svg width="18" height="6" aria-hidden="true">
        <line x1="0" y1="3" x2="18" y2="3" stroke={color} strokeWidth="2" strokeDasharray={dash} />
      </svg>
      <span>{name}</span>
      <output className="numeric">{`${termText(value ?? 0)}${unit === 'Gy²' ? '' : ` ${unit}`}`}</output>
    </li>
  );
}

function optionsOf(
  size: { width: number; height: number },
  label: string,
  looks: readonly (readonly [string, number])[],
  course: () => Course,
  point: (index: number | undefined) => void,
): uPlot.Options {
  const line = (stroke: string, rank: number, width: number): uPlot.Series => ({
    stroke,
    width,
    dash: DASHES[rank % DASHES.length].map((part) => part * devicePixelRatio),
    points: { show: false },
  });
  return {
    ...size,
    legend: { show: false },
    scales: {
      x: { time: false, range: (_chart, _min, max) => [1, Math.max(10, max ?? 10)] },
      y: { distr: 3, range: () => [...decadesOf(course())] as [number, number] },
    },
    axes: [
      { ...AXIS, label: 'Iteration', labelSize: 18, size: 32 },
      {
        ...AXIS,
        label,
        labelSize: 18,
        size: 52,
        values: (_chart, splits) => splits.map((value) => (isDecade(value) ? decadeText(value) : '')),
      },
    ],
    series: [{}, line(TOTAL, 0, 2.25), ...looks.map(([stroke, rank]) => line(stroke, rank, 1.5))],
    cursor: { y: false, points: { size: 5 }, drag: { x: false, y: false } },
    hooks: {
      draw: [(chart) => drawEvents(chart, course().events)],
      setCursor: [({ cursor: { idx, left } }) => point(idx === null || (left ?? -1) < 0 ? undefined : idx)],
    },
  };
}

const isDecade = (value: number): boolean => Math.abs(Math.log10(value) - Math.round(Math.log10(value))) < 1e-6;

const decadeText = (value: number): string => {
  const power = Math.round(Math.log10(value));
  return power >= -3 && power <= 4 ? String(Number(value.toPrecision(1))) : `10${superscript(power)}`;
};

const superscript = (power: number): string =>
  Array.from(String(power), (digit) => (digit === '-' ? '⁻' : '⁰¹²³⁴⁵⁶⁷⁸⁹'[Number(digit)])).join('');

/** Where phases begin and objectives were changed: a line with its name, below the last where both have no room beside each other. */
function drawEvents(chart: uPlot, events: Course['events']): void {
  const { ctx, bbox } = chart;
  ctx.save();
  ctx.font = `${10 * devicePixelRatio}px system-ui, sans-serif`;
  ctx.textBaseline = 'top';
  ctx.strokeStyle = '#93a1b3';
  ctx.fillStyle = '#c6d0dc';
  ctx.lineWidth = devicePixelRatio;
  ctx.setLineDash([2 * devicePixelRatio, 3 * devicePixelRatio]);
  /** Where the words of each row end, px. */
  const ends: number[] = [];
  const right = bbox.left + bbox.width;
  for (const { at, text } of events) {
    const x = chart.valToPos(at, 'x', true);
    ctx.beginPath();
    ctx.moveTo(x, bbox.top);
    ctx.lineTo(x, bbox.top + bbox.height);
    ctx.stroke();
    const gap = 3 * devicePixelRatio;
    const width = ctx.measureText(text).width;
    const from = x + gap + width > right ? x - gap - width : x + gap;
    const free = ends.findIndex((end) => end < from);
    const row = free < 0 ? ends.length : free;
    ends[row] = from + width;
    ctx.textAlign = 'left';
    ctx.fillText(text, from, bbox.top + (2 + 12 * row) * devicePixelRatio);
  }
  ctx.restore();
}
