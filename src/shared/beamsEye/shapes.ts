import type { Ring } from '../structures/contours/rings.ts';

/** What is drawn in a beam's-eye view: outlines in mm of the isocenter plane, x to the right and y up as seen from the source. */
export interface Shape {
  readonly rings: readonly Ring[];
  readonly closed: boolean;
  /** CSS colour of the line; absent for none. */
  readonly line?: string;
  /** CSS or printer's pixels. */
  readonly width?: number;
  readonly dash?: readonly number[];
  /** CSS colour of the inside, even–odd; absent for none. */
  readonly fill?: string;
}

/** Words at a place, mm; `align` says which part of them lies there. */
export interface Mark {
  readonly at: readonly [x: number, y: number];
  readonly text: string;
  readonly color: string;
  readonly align: 'left' | 'center' | 'right';
}

export interface Drawing {
  readonly shapes: readonly Shape[];
  readonly marks: readonly Mark[];
}

/** x, y … turned counter-clockwise about the axis. */
export function turnRing(ring: Ring, degrees: number): Ring {
  const [c, s] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)];
  const out = new Float64Array(ring.length);
  for (let i = 0; i + 1 < ring.length; i += 2) {
    out[i] = c * ring[i] - s * ring[i + 1];
    out[i + 1] = s * ring[i] + c * ring[i + 1];
  }
  return out;
}

/** A drawing in collimator axes as it lies in gantry axes: turned by the collimator's angle. */
export function turnDrawing({ shapes, marks }: Drawing, degrees: number): Drawing {
  if (degrees === 0) return { shapes, marks };
  return {
    shapes: shapes.map((shape) => ({ ...shape, rings: shape.rings.map((ring) => turnRing(ring, degrees)) })),
    marks: marks.map((mark) => {
      const [x, y] = turnRing(Float64Array.from(mark.at), degrees);
      return { ...mark, at: [x, y] };
    }),
  };
}

export const joined = (...drawings: readonly Drawing[]): Drawing => ({
  shapes: drawings.flatMap(({ shapes }) => shapes),
  marks: drawings.flatMap(({ marks }) => marks),
});
