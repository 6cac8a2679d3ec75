import { useEffect, useRef } from 'react';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';

interface ChartProps {
  /** Another function makes another chart; data and what is drawn over it change without. */
  readonly make: (size: { readonly width: number; readonly height: number }) => uPlot.Options;
  readonly data: uPlot.AlignedData;
  readonly onChart?: (chart: uPlot | null) => void;
  readonly 'data-testid': string;
  readonly 'data-points': number;
}

const sizeOf = (element: HTMLElement): { width: number; height: number } => ({
  width: Math.max(160, element.clientWidth),
  height: Math.max(100, element.clientHeight),
});

/** A chart that fills its place and takes new data as often as it comes. */
export function Chart({ make, data, onChart, ...rest }: ChartProps) {
  const host = useRef<HTMLDivElement>(null);
  const chart = useRef<uPlot | null>(null);
  const newest = useRef(data);
  useEffect(() => {
    newest.current = data;
    chart.current?.setData(data);
  }, [data]);
  useEffect(() => {
    const element = host.current;
    if (element === null) return undefined;
    const made = new uPlot(make(sizeOf(element)), newest.current, element);
    chart.current = made;
    onChart?.(made);
    const observer = new ResizeObserver(() => made.setSize(sizeOf(element)));
    observer.observe(element);
    return () => {
      observer.disconnect();
      made.destroy();
      chart.current = null;
      onChart?.(null);
    };
  }, [make, onChart]);
  return <div className="dvh-host" ref={host} {...rest} />;
}

export const AXIS = {
  stroke: '#93a1b3',
  grid: { stroke: '#2c384880', width: 1 },
  ticks: { stroke: '#2c3848', width: 1 },
};
