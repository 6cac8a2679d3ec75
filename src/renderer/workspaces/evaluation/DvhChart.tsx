import { useEffect, useRef, useState } from 'react';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { css } from '#renderer/viewports/painters/ink.ts';
import type { DvhAxes, DvhCurves } from './dvhCurves.ts';

interface DvhChartProps {
  readonly curves: DvhCurves;
  readonly axes: DvhAxes;
}

const AXIS = { stroke: '#93a1b3', grid: { stroke: '#2c384880', width: 1 }, ticks: { stroke: '#2c3848', width: 1 } };

/** Cumulative dose–volume curves in the structures' colours; the nearest one is read out under the mouse. */
export function DvhChart({ curves, axes }: DvhChartProps) {
  const host = useRef<HTMLDivElement>(null);
  const [readout, setReadout] = useState('');
  useEffect(() => {
    const element = host.current;
    if (element === null) return undefined;
    const chart = new uPlot(options(element, curves, axes, setReadout), dataOf(curves), element);
    const observer = new ResizeObserver(() => chart.setSize(sizeOf(element)));
    observer.observe(element);
    return () => {
      observer.disconnect();
      chart.destroy();
    };
  }, [curves, axes]);
  return (
    <div className="dvh-chart">
      <div className="dvh-host" ref={host} data-testid="dvh-chart" />
      <output className="dvh-readout">{readout || 'Move the mouse over the chart to read values'}</output>
    </div>
  );
}

const dataOf = (curves: DvhCurves): uPlot.AlignedData => [curves.dose, ...curves.series.map(({ values }) => values)];

const sizeOf = (element: HTMLElement): { width: number; height: number } => ({
  width: Math.max(200, element.clientWidth),
  height: Math.max(120, element.clientHeight),
});

function options(element: HTMLElement, curves: DvhCurves, axes: DvhAxes, say: (text: string) => void): uPlot.Options {
  const doseUnit = axes.dose === 'gray' ? 'Gy' : '%';
  const volumeUnit = axes.volume === 'percent' ? '%' : 'cm³';
  return {
    ...sizeOf(element),
    legend: { show: false },
    scales: {
      x: { time: false, range: [0, curves.dose[curves.dose.length - 1]] },
      y: { range: (_chart, _min, max) => [0, axes.volume === 'percent' ? 100 : Math.max(1, max * 1.05)] },
    },
    axes: [
      { ...AXIS, label: `Dose / ${doseUnit}`, labelSize: 18, size: 34 },
      { ...AXIS, label: `Volume / ${volumeUnit}`, labelSize: 18, size: 46 },
    ],
    series: [
      {},
      ...curves.series.map(({ roi }) => ({
        label: roi.name,
        stroke: css(roi.color),
        width: 1.75,
        points: { show: false },
      })),
    ],
    cursor: { y: false, points: { size: 6 } },
    hooks: { setCursor: [(chart) => say(nearest(chart, curves, doseUnit, volumeUnit))] },
  };
}

/** The curve nearest to the mouse, in numbers. */
function nearest(chart: uPlot, curves: DvhCurves, doseUnit: string, volumeUnit: string): string {
  const { idx, top } = chart.cursor;
  if (idx === null || idx === undefined || top === undefined || top < 0) return '';
  const volume = chart.posToVal(top, 'y');
  let best: { name: string; value: number } | undefined;
  for (const { roi, values } of curves.series)
    if (best === undefined || Math.abs(values[idx] - volume) < Math.abs(best.value - volume))
      best = { name: roi.name, value: values[idx] };
  if (best === undefined) return '';
  return `${best.name}: ${best.value.toFixed(1)} ${volumeUnit} receive at least ${curves.dose[idx].toFixed(2)} ${doseUnit}`;
}
