import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type uPlot from 'uplot';
import { changeObjectives } from '#renderer/commands/optimization/changeObjectives.ts';
import { run } from '#renderer/commands/useShortcuts.ts';
import { css } from '#renderer/viewports/painters/ink.ts';
import type { Dvh } from '#shared/evaluation/dvh.ts';
import type { Roi } from '#shared/model/structures.ts';
import type { DoseGoal } from '#shared/optimization/objectives/goals.ts';
import { AXIS, Chart } from './Chart.tsx';
import { dragMarks } from './dragMarks.ts';
import { doseEnd, liveCurves } from './liveCurves.ts';
import { markAt, paintMarks } from './markPainter.ts';
import { movedTo, type ObjectiveMark, objectiveMarks } from './objectiveMarks.ts';

export interface LiveCurve {
  readonly roi: Roi;
  readonly dvh: Dvh | undefined;
  /** Of the optimiser's dose beside the final one. */
  readonly dashed: boolean;
}

interface LiveDvhChartProps {
  readonly curves: readonly LiveCurve[];
  readonly objectives: readonly DoseGoal[];
  /** Structures whose objectives are marked. */
  readonly marked: readonly Roi[];
  /** Gy, which the dose axis goes up to where nothing else says how far; 0 where nothing is prescribed. */
  readonly prescribed: number;
  readonly fixed: boolean;
}

/** Histograms that follow the run, with the objectives as marks that can be dragged. */
export function LiveDvhChart({ curves, objectives, marked, prescribed, fixed }: LiveDvhChartProps) {
  const [chart, setChart] = useState<uPlot | null>(null);
  const [readout, setReadout] = useState('');
  const marks = useMemo(() => objectiveMarks(objectives, marked), [objectives, marked]);
  const doses = [...curves.map(({ dvh }) => dvh?.max ?? 0), ...marks.map(({ dose }) => dose)];
  const end = doseEnd(doses.some((dose) => dose > 0) ? doses : [prescribed]);
  const data = useMemo(() => liveCurves(curves.map(({ dvh }) => dvh), end), [curves, end]); // biome-ignore format: one line
  const shown = useRef<{ marks: readonly ObjectiveMark[]; curves: readonly LiveCurve[] }>({ marks, curves });
  useEffect(() => {
    shown.current = { marks, curves };
    chart?.redraw(false);
  }, [marks, curves, chart]);
  // The chart stays while its curves move: it is made anew for others only.
  const looks = JSON.stringify(curves.map(({ roi, dashed }) => [css(roi.color), dashed]));
  const make = useCallback(
    (size: { width: number; height: number }) =>
      optionsOf(size, JSON.parse(looks) as [string, boolean][], {
        draw: (drawn) => paintMarks(drawn, shown.current.marks),
        point: (pointed) => setReadout(wordsAt(pointed, shown.current.marks, shown.current.curves)),
      }),
    [looks],
  );
  useEffect(() => {
    if (chart === null || fixed) return undefined;
    const put = (mark: ObjectiveMark): void => {
      const others = shown.current.marks.map((one) => (one.index === mark.index ? mark : one));
      shown.current = { ...shown.current, marks: others };
      chart.redraw(false);
      setReadout(markWords(mark));
    };
    return dragMarks(chart, {
      marks: () => shown.current.marks,
      move: put,
      drop: (mark) => {
        const goal = mark && objectives[mark.index];
        if (mark === undefined || goal === undefined) shown.current = { ...shown.current, marks };
        else
          void run(
            changeObjectives,
            objectives.with(mark.index, movedTo(goal, mark.dose, mark.volume)),
            `Change objective: ${goal.roi}`,
          );
        chart.redraw(false);
      },
    });
  }, [chart, fixed, objectives, marks]);
  return (
    <div className="dvh-chart">
      <Chart
        make={make}
        data={data}
        onChart={setChart}
        data-testid="live-dvh"
        data-points={curves.filter(({ dvh }) => dvh !== undefined).length}
      />
      <output className="dvh-readout">{readout || idleWords(curves, marks, fixed)}</output>
    </div>
  );
}

interface Hooks {
  readonly draw: (chart: uPlot) => void;
  readonly point: (chart: uPlot) => void;
}

const optionsOf = (
  size: { width: number; height: number },
  looks: readonly (readonly [string, boolean])[],
  { draw, point }: Hooks,
): uPlot.Options => ({
  ...size,
  legend: { show: false },
  scales: {
    x: { time: false, range: (chart) => [0, chart.data[0].at(-1) ?? 1] },
    y: { range: () => [0, 102] },
  },
  axes: [
    { ...AXIS, label: 'Dose / Gy', labelSize: 18, size: 34 },
    { ...AXIS, label: 'Volume / %', labelSize: 18, size: 46 },
  ],
  series: [
    {},
    ...looks.map(([stroke, dashed]) => ({
      stroke,
      width: dashed ? 1.25 : 1.75,
      dash: dashed ? [5 * devicePixelRatio, 4 * devicePixelRatio] : [],
      points: { show: false },
    })),
  ],
  cursor: { y: false, points: { size: 6 }, drag: { x: false, y: false } },
  hooks: { draw: [draw], setCursor: [point] },
});

/** What can be done with the chart while the mouse is elsewhere. */
function idleWords(curves: readonly LiveCurve[], marks: readonly ObjectiveMark[], fixed: boolean): string {
  if (marks.length > 0 && !fixed) return 'Drag a mark to change its objective';
  if (curves.length === 0) return 'Tick structures to see their curves';
  return curves.some(({ dvh }) => dvh !== undefined)
    ? 'Point at a curve to read it'
    : 'Curves come with the first dose';
}

const markWords = ({ roi, dose, volume, shape, movesVolume }: ObjectiveMark): string => {
  const what = { max: 'at most', min: 'at least', at: 'uniform', M: 'mean at most', E: 'gEUD' }[shape];
  return `Objective of ${roi.name}: ${what} ${dose.toFixed(1)} Gy${movesVolume ? ` in ${volume.toFixed(1)} %` : ''}`;
};

function wordsAt(chart: uPlot, marks: readonly ObjectiveMark[], curves: readonly LiveCurve[]): string {
  const { left, top } = chart.cursor;
  if (left === undefined || top === undefined || top < 0) return '';
  const mark = markAt(chart, marks, left, top);
  if (mark !== undefined) return markWords(mark);
  const [dose, volume] = [chart.posToVal(left, 'x'), chart.posToVal(top, 'y')];
  const known = curves.flatMap(({ roi, dvh, dashed }) =>
    dvh === undefined ? [] : [{ roi, dashed, at: dvh.volumeAtDose(dose) }],
  );
  const [best] = known.sort((a, b) => Math.abs(a.at - volume) - Math.abs(b.at - volume));
  if (best === undefined) return '';
  const which = best.dashed ? ' (optimiser)' : '';
  return `${best.roi.name}${which}: ${best.at.toFixed(1)} % receive at least ${dose.toFixed(2)} Gy`;
}
