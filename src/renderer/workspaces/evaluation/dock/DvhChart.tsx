import { useEffect, useRef, useState } from 'react';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { css } from '#renderer/viewports/painters/ink.ts';
import type { ChartBand } from '../robust/robustBands.ts';
import { dashOf } from './doseSubjects.ts';
import type { DvhCurves } from './dvhCurves.ts';
import type { DvhAxes } from './dvhView.ts';
import type { GoalMark } from './goalMarks.ts';

interface DvhChartProps {
  readonly curves: DvhCurves;
  readonly axes: DvhAxes;
  readonly marks: readonly GoalMark[];
  readonly bands: readonly ChartBand[];
  /** Gy that 100 % of the dose axis stands for, on every plan. */
  readonly reference: number;
  /** Whether the readout must say which plan a curve is of. */
  readonly severalPlans: boolean;
}

const AXIS = { stroke: '#93a1b3', grid: { stroke: '#2c384880', width: 1 }, ticks: { stroke: '#2c3848', width: 1 } };
const STATUS = { met: '#62c58a', acceptable: '#e8b64c', missed: '#ef6a6a', unknown: '#93a1b3' } as const;

/** Dose–volume curves in the structures' colours and the plans' dashes, with goals; the nearest curve is read out under the mouse. */
export function DvhChart(props: DvhChartProps) {
  const { curves, axes, marks, bands, reference, severalPlans } = props;
  const host = useRef<HTMLDivElement>(null);
  const [readout, setReadout] = useState('');
  useEffect(() => {
    const element = host.current;
    if (element === null) return undefined;
    const chart = new uPlot(
      options(element, { curves, axes, marks, bands, reference, severalPlans }, setReadout),
      [curves.dose, ...curves.series.map(({ values }) => values)],
      element,
    );
    const observer = new ResizeObserver(() => chart.setSize(sizeOf(element)));
    observer.observe(element);
    return () => {
      observer.disconnect();
      chart.destroy();
    };
  }, [curves, axes, marks, bands, reference, severalPlans]);
  return (
    <div className="dvh-chart">
      <div
        className="dvh-host"
        ref={host}
        data-testid="dvh-chart"
        data-curves={curves.series.length}
        data-bands={bands.length}
      />
      <output className="dvh-readout">{readout || 'Point at a curve to read it'}</output>
    </div>
  );
}

const sizeOf = (element: HTMLElement): { width: number; height: number } => ({
  width: Math.max(200, element.clientWidth),
  height: Math.max(120, element.clientHeight),
});

const unitsOf = ({ dose, volume, kind, quantity }: DvhAxes): { dose: string; volume: string } => {
  const doseUnit = `${dose === 'gray' ? 'Gy' : '%'}${quantity === 'eqd2' ? ' EQD2' : ''}`;
  const volumeUnit = volume === 'percent' ? '%' : 'cm³';
  return { dose: doseUnit, volume: kind === 'cumulative' ? volumeUnit : `${volumeUnit} per ${doseUnit}` };
};

function options(element: HTMLElement, props: DvhChartProps, say: (text: string) => void): uPlot.Options {
  const { curves, axes, marks, bands } = props;
  const units = unitsOf(axes);
  const isWhole = axes.volume === 'percent' && axes.kind === 'cumulative';
  // Goals beyond the highest dose are still on the chart.
  const end = Math.max(
    curves.dose[curves.dose.length - 1],
    ...marks.map(({ dose }) => dose * 1.03),
    ...bands.map(({ dose }) => dose[dose.length - 1] * 1.01),
  );
  return {
    ...sizeOf(element),
    legend: { show: false },
    scales: {
      x: { time: false, range: [0, end] },
      // A little air above, where marks of minimum doses stand.
      y: { range: (_chart, _min, max) => [0, isWhole ? 102 : Math.max(1e-3, max * 1.05)] },
    },
    axes: [
      {
        ...AXIS,
        label: `Dose / ${axes.dose === 'gray' ? units.dose : `${units.dose} of ${props.reference.toFixed(2)} Gy`}`,
        labelSize: 18,
        size: 34,
      },
      { ...AXIS, label: `Volume / ${units.volume}`, labelSize: 18, size: 46 },
    ],
    series: [
      {},
      ...curves.series.map(({ roi, subject }) => ({
        label: roi.name,
        stroke: css(roi.color),
        width: 1.75,
        dash: dashOf(subject).map((part) => part * devicePixelRatio),
        points: { show: false },
      })),
    ],
    // Of many curves the one at the mouse stands out.
    focus: { alpha: 0.3 },
    cursor: { y: false, points: { size: 6 }, focus: { prox: 16 } },
    hooks: {
      drawAxes: [(chart) => drawBands(chart, bands)],
      draw: [(chart) => drawMarks(chart, marks)],
      setCursor: [(chart) => say(nearest(chart, props))],
    },
  };
}

/** Under the curves, each in its structure's colour. */
function drawBands(chart: uPlot, bands: readonly ChartBand[]): void {
  const { ctx, bbox } = chart;
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  ctx.globalAlpha = 0.35;
  for (const { roi, dose, low, high } of bands) {
    ctx.beginPath();
    for (let n = 0; n < dose.length; n++)
      ctx.lineTo(chart.valToPos(dose[n], 'x', true), chart.valToPos(high[n], 'y', true));
    for (let n = dose.length - 1; n >= 0; n--)
      ctx.lineTo(chart.valToPos(dose[n], 'x', true), chart.valToPos(low[n], 'y', true));
    ctx.closePath();
    ctx.fillStyle = css(roi.color);
    ctx.fill();
  }
  ctx.restore();
}

/** A corner that the curve may not enter: ◥ of what must pass below, ◣ of what must pass above; edged by how the goal stands. */
function drawMarks(chart: uPlot, marks: readonly GoalMark[]): void {
  const { ctx } = chart;
  const size = 9 * devicePixelRatio;
  ctx.save();
  for (const { roi, dose, volume, below, status } of marks) {
    const [x, y] = [chart.valToPos(dose, 'x', true), chart.valToPos(volume, 'y', true)];
    const sign = below ? 1 : -1;
    ctx.beginPath();
    ctx.moveTo(x, y);
    ctx.lineTo(x + sign * size, y);
    ctx.lineTo(x, y - sign * size);
    ctx.closePath();
    ctx.fillStyle = css(roi.color);
    ctx.fill();
    ctx.lineWidth = 2 * devicePixelRatio;
    ctx.strokeStyle = STATUS[status];
    ctx.stroke();
  }
  ctx.restore();
}

/** The goal under the mouse, or the curve nearest to it, in numbers. */
function nearest(chart: uPlot, { curves, axes, marks, severalPlans }: DvhChartProps): string {
  const { idx, left, top } = chart.cursor;
  if (idx === null || idx === undefined || left === undefined || top === undefined || top < 0) return '';
  const mark = marks.find(
    ({ dose, volume }) => Math.hypot(chart.valToPos(dose, 'x') - left, chart.valToPos(volume, 'y') - top) < 8,
  );
  if (mark !== undefined) return `Goal of ${mark.text}`;
  const volume = chart.posToVal(top, 'y');
  let best: DvhCurves['series'][number] | undefined;
  for (const series of curves.series)
    if (best === undefined || Math.abs(series.values[idx] - volume) < Math.abs(best.values[idx] - volume))
      best = series;
  if (best === undefined) return '';
  const units = unitsOf(axes);
  const name = severalPlans ? `${best.roi.name}, ${best.subject.name}` : best.roi.name;
  const [value, dose] = [best.values[idx].toFixed(1), curves.dose[idx].toFixed(2)];
  return axes.kind === 'cumulative'
    ? `${name}: ${value} ${units.volume} receive at least ${dose} ${units.dose}`
    : `${name}: ${value} ${units.volume} round ${dose} ${units.dose}`;
}
