import type uPlot from 'uplot';
import { css } from '#renderer/viewports/painters/ink.ts';
import type { ObjectiveMark } from './objectiveMarks.ts';

/** CSS px. */
const SIZE = 10;

/** Marks as Evaluation draws goals: a corner that the curve may not enter; a diamond for a uniform dose; M and E for mean and gEUD. */
export function paintMarks(chart: uPlot, marks: readonly ObjectiveMark[]): void {
  const { ctx } = chart;
  const size = SIZE * devicePixelRatio;
  ctx.save();
  // The last curve's dashes would go on in the outlines.
  ctx.setLineDash([]);
  for (const mark of marks) {
    const [x, y] = [chart.valToPos(mark.dose, 'x', true), chart.valToPos(mark.volume, 'y', true)];
    ctx.beginPath();
    outline(ctx, mark.shape, x, y, size);
    ctx.fillStyle = css(mark.roi.color);
    ctx.fill();
    ctx.lineWidth = 1.5 * devicePixelRatio;
    ctx.strokeStyle = '#ffffff';
    ctx.stroke();
    if (mark.shape !== 'M' && mark.shape !== 'E') continue;
    ctx.font = `700 ${10 * devicePixelRatio}px system-ui, sans-serif`;
    ctx.textAlign = 'center';
    ctx.textBaseline = 'middle';
    ctx.lineWidth = 3 * devicePixelRatio;
    ctx.strokeStyle = '#000000';
    ctx.strokeText(mark.shape, x, y);
    ctx.fillStyle = '#ffffff';
    ctx.fillText(mark.shape, x, y);
  }
  ctx.restore();
}

function outline(
  ctx: CanvasRenderingContext2D,
  shape: ObjectiveMark['shape'],
  x: number,
  y: number,
  size: number,
): void {
  const half = size * 0.65;
  switch (shape) {
    case 'max':
    case 'min': {
      const sign = shape === 'max' ? 1 : -1;
      ctx.moveTo(x, y);
      ctx.lineTo(x + sign * size, y);
      ctx.lineTo(x, y - sign * size);
      break;
    }
    case 'at':
      ctx.moveTo(x, y - half);
      ctx.lineTo(x + half, y);
      ctx.lineTo(x, y + half);
      ctx.lineTo(x - half, y);
      break;
    case 'M':
    case 'E':
      ctx.arc(x, y, half, 0, 2 * Math.PI);
      break;
  }
  ctx.closePath();
}

/** The mark at a place of the plot, CSS px from its corner. */
export function markAt(
  chart: uPlot,
  marks: readonly ObjectiveMark[],
  left: number,
  top: number,
): ObjectiveMark | undefined {
  const distance = (mark: ObjectiveMark): number => {
    const [dx, dy] = middleOf(mark.shape);
    return Math.hypot(chart.valToPos(mark.dose, 'x') + dx - left, chart.valToPos(mark.volume, 'y') + dy - top);
  };
  const [nearest] = [...marks].sort((a, b) => distance(a) - distance(b));
  return nearest !== undefined && distance(nearest) <= SIZE ? nearest : undefined;
}

/** From the place that a mark means to the middle of what is drawn. */
function middleOf(shape: ObjectiveMark['shape']): readonly [number, number] {
  if (shape === 'max') return [SIZE / 3, -SIZE / 3];
  return shape === 'min' ? [-SIZE / 3, SIZE / 3] : [0, 0];
}
