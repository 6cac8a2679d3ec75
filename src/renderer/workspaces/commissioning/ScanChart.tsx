import { useEffect, useRef, useState } from 'react';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import type { Criterion } from '#shared/dosimetry/commissioning/residuals.ts';
import type { Line, ScanCurves } from './scanCurves.ts';

interface ScanChartProps {
  readonly curves: ScanCurves;
  readonly criterion: Criterion;
}

const AXIS = { stroke: '#93a1b3', grid: { stroke: '#2c384880', width: 1 }, ticks: { stroke: '#2c3848', width: 1 } };
const MEASURED = '#ffb454';
const COMPUTED = '#5ab0f5';
const LEFT = 56;

/** Measured points over the computed curve, their difference below with the criterion's limits; values under the mouse. */
export function ScanChart({ curves, criterion }: ScanChartProps) {
  const upper = useRef<HTMLDivElement>(null);
  const lower = useRef<HTMLDivElement>(null);
  const [readout, setReadout] = useState('');
  useEffect(() => {
    const [top, bottom] = [upper.current, lower.current];
    if (top === null || bottom === null) return undefined;
    const charts = [curveChart(top, curves, setReadout), differenceChart(bottom, curves, criterion)];
    const observer = new ResizeObserver(() =>
      charts.forEach((chart, n) => chart.setSize(sizeOf(n === 0 ? top : bottom))),
    );
    observer.observe(top);
    observer.observe(bottom);
    return () => {
      observer.disconnect();
      for (const chart of charts) chart.destroy();
    };
  }, [curves, criterion]);
  return (
    <div className="scan-chart" data-testid="scan-chart">
      <div className="scan-legend">
        <strong>{curves.title}</strong>
        <span className="measured">● measured</span>
        <span className="computed">— computed</span>
        {curves.before !== undefined && <span className="before">┄ before the fit</span>}
        <output>{readout}</output>
      </div>
      <div ref={upper} className="scan-curve" />
      <div ref={lower} className="scan-difference" />
    </div>
  );
}

const sizeOf = (element: HTMLElement): { width: number; height: number } => ({
  width: Math.max(240, element.clientWidth),
  height: Math.max(70, element.clientHeight),
});

const table = ({ positions, values }: Line): uPlot.AlignedData => [[...positions], [...values]];

const points = { show: true, size: 5, stroke: MEASURED, fill: MEASURED };

function rangeOf({ computed, measured }: ScanCurves): [number, number] {
  const all = [...computed.positions, ...measured.positions];
  const [low, high] = [Math.min(...all), Math.max(...all)];
  const margin = (high - low) * 0.02;
  return [low - margin, high + margin];
}

function curveChart(element: HTMLElement, curves: ScanCurves, say: (text: string) => void): uPlot {
  const tables = [table(curves.computed), table(curves.measured)];
  if (curves.before !== undefined) tables.push(table(curves.before));
  const data = uPlot.join(tables);
  return new uPlot(
    {
      ...sizeOf(element),
      legend: { show: false },
      scales: { x: { time: false, range: rangeOf(curves) }, y: { range: (_u, _min, max) => [0, max * 1.05] } },
      axes: [
        { ...AXIS, size: 24 },
        { ...AXIS, label: 'Dose / %', labelSize: 18, size: LEFT - 18 },
      ],
      series: [
        {},
        { stroke: COMPUTED, width: 1.5, spanGaps: true, points: { show: false } },
        { stroke: MEASURED, width: 0, paths: () => null, points },
        ...(curves.before === undefined
          ? []
          : [{ stroke: '#93a1b3', width: 1, dash: [4, 4], spanGaps: true, points: { show: false } }]),
      ],
      cursor: { y: false, points: { show: false } },
      hooks: {
        setCursor: [
          (chart) => {
            const { left } = chart.cursor;
            say(left === undefined || left < 0 ? '' : nearest(curves, chart.posToVal(left, 'x')));
          },
        ],
      },
    },
    data,
    element,
  );
}

/** The measured point nearest to a position, in numbers. */
function nearest({ measured, difference }: ScanCurves, at: number): string {
  const { positions, values } = measured;
  const n = positions.reduce((best, x, p) => (Math.abs(x - at) < Math.abs(positions[best] - at) ? p : best), 0);
  const delta = difference.values[n];
  return `${positions[n].toFixed(1)} mm: measured ${values[n].toFixed(2)} %, computed ${delta < 0 ? '−' : '+'}${Math.abs(delta).toFixed(2)} %`;
}

function differenceChart(element: HTMLElement, curves: ScanCurves, { percent }: Criterion): uPlot {
  const { positions, values } = curves.difference;
  // What is steep is judged by distance: it must not hide the rest.
  const sizes = values.map(Math.abs).sort((a, b) => a - b);
  const span = Math.max(2 * percent, 1.2 * (sizes[Math.floor(0.9 * (sizes.length - 1))] ?? 0));
  const flat = (value: number): number[] => positions.map(() => value);
  const limit = { stroke: '#6f7f93', width: 1, dash: [2, 4], points: { show: false } };
  return new uPlot(
    {
      ...sizeOf(element),
      legend: { show: false },
      scales: { x: { time: false, range: rangeOf(curves) }, y: { range: [-span, span] } },
      axes: [
        { ...AXIS, label: curves.label, labelSize: 18, size: 34 },
        { ...AXIS, label: 'Difference / %', labelSize: 18, size: LEFT - 18 },
      ],
      series: [
        {},
        { stroke: MEASURED, width: 1, points: { ...points, size: 4 } },
        { stroke: '#93a1b3', width: 1, points: { show: false } },
        limit,
        limit,
      ],
      cursor: { show: false },
    },
    [[...positions], [...values], flat(0), flat(percent), flat(-percent)],
    element,
  );
}
