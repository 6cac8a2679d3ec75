import type { Drawing, Mark } from './shapes.ts';

const INK = 'rgba(150, 190, 220, 0.55)';
const WORDS = '#b8d2e6';
/** Half lengths of the ticks, mm. */
const [SHORT, LONG] = [1.5, 3.5];
/** Numbers stand this far from their axis, mm. */
const OFF = 6;

/**
 * The graticule in collimator axes: both axes with a tick every 10 mm, numbers in mm every 50 mm, and the names of the IEC axes at their
 * positive ends. `reach`: mm from the axis to which it is drawn.
 */
export function graticule(reach: number): Drawing {
  const rings: Float64Array[] = [Float64Array.of(-reach, 0, reach, 0), Float64Array.of(0, -reach, 0, reach)];
  const marks: Mark[] = [];
  for (let n = 1; n * 10 <= reach; n++)
    for (const at of [-10 * n, 10 * n]) {
      const half = n % 5 === 0 ? LONG : SHORT;
      rings.push(Float64Array.of(at, -half, at, half), Float64Array.of(-half, at, half, at));
      if (n % 5 !== 0 || Math.abs(at) > reach - 8) continue;
      marks.push(
        { at: [at, -OFF], text: String(at).replace('-', '−'), color: WORDS, align: 'center' },
        { at: [OFF, at], text: String(at).replace('-', '−'), color: WORDS, align: 'left' },
      );
    }
  marks.push(
    { at: [reach, OFF], text: 'X+', color: WORDS, align: 'right' },
    { at: [OFF, reach - 2], text: 'Y+', color: WORDS, align: 'left' },
  );
  return { shapes: [{ rings, closed: false, line: INK, width: 1 }], marks };
}
