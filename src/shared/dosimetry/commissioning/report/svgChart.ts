import type { ComparedScan } from '../summary.ts';

const WIDTH = 560;
const HEIGHT = 300;
const LEFT = 48;
const RIGHT = 12;
const TOP = 12;
/** Height of the curve's panel, and where the panel of differences lies. */
const CURVE = 190;
const GAP = 14;
const BOTTOM = 26;

/** Measured points over the computed curve, with the difference below, as SVG for the printed report (light background). */
export function svgChart({ scan, residual }: ComparedScan): string {
  const { positions } = scan;
  const [x0, x1] = [Math.min(...residual.curve.positions), Math.max(...residual.curve.positions)];
  const top = 1.05 * Math.max(...residual.curve.values, ...residual.measured);
  const largest = Math.max(...residual.differences.map(Math.abs));
  const span = [1, 2, 3, 5, 10, 20, 50, 100].find((value) => value >= largest) ?? Math.ceil(largest);
  const x = (at: number): number => LEFT + ((at - x0) / (x1 - x0 || 1)) * (WIDTH - LEFT - RIGHT);
  const y = (value: number): number => TOP + (1 - value / top) * CURVE;
  const low = TOP + CURVE + GAP;
  const height = HEIGHT - BOTTOM - low;
  const dy = (value: number): number => low + (0.5 - value / span / 2) * height;
  const path = residual.curve.positions
    .map((at, n) => `${n === 0 ? 'M' : 'L'}${round(x(at))} ${round(y(residual.curve.values[n]))}`)
    .join('');
  const dots = positions.map(
    (at, n) => `<circle cx="${round(x(at))}" cy="${round(y(residual.measured[n]))}" r="1.8"/>`,
  );
  const bars = positions.map(
    (at, n) => `<path d="M${round(x(at))} ${round(dy(0))}V${round(dy(residual.differences[n]))}"/>`,
  );
  const ticks = niceTicks(x0, x1).map(
    (at) =>
      `<path class="grid" d="M${round(x(at))} ${TOP}V${HEIGHT - BOTTOM}"/><text x="${round(x(at))}" y="${HEIGHT - 12}" text-anchor="middle">${at}</text>`,
  );
  const levels = niceTicks(0, top).map(
    (value) =>
      `<path class="grid" d="M${LEFT} ${round(y(value))}H${WIDTH - RIGHT}"/><text x="${LEFT - 6}" y="${round(y(value) + 3)}" text-anchor="end">${value}</text>`,
  );
  const zero = `<path class="grid" d="M${LEFT} ${round(dy(0))}H${WIDTH - RIGHT}"/>`;
  const limits = [span, -span].map(
    (value) =>
      `<text x="${LEFT - 6}" y="${round(dy(value) + 3)}" text-anchor="end">${value > 0 ? '+' : '−'}${span}</text>`,
  );
  return [
    `<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img">`,
    ...ticks,
    ...levels,
    zero,
    ...limits,
    `<path class="computed" d="${path}"/><g class="measured">${dots.join('')}</g><g class="difference">${bars.join('')}</g>`,
    `<text x="${WIDTH - RIGHT}" y="${HEIGHT - 1}" text-anchor="end">mm</text>`,
    `<text x="4" y="${TOP + 4}">%</text><text x="4" y="${low + 4}">Δ %</text></svg>`,
  ].join('');
}

const round = (value: number): string => value.toFixed(1);

function niceTicks(from: number, to: number): number[] {
  const rough = (to - from) / 6;
  const power = 10 ** Math.floor(Math.log10(rough > 0 ? rough : 1));
  const step = power * ([1, 2, 5, 10].find((factor) => factor * power >= rough) ?? 10);
  const ticks: number[] = [];
  for (let at = Math.ceil(from / step) * step; at <= to + step * 1e-6; at += step)
    ticks.push(Number(at.toPrecision(6)));
  return ticks;
}
