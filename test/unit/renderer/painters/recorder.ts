/** What a painter drew: one entry per stroke(), fill() or text, with the path's corners in CSS pixels. */
export interface Drawn {
  readonly kind: 'stroke' | 'fill' | 'text';
  readonly style: string;
  readonly dashed: boolean;
  readonly paths: readonly (readonly (readonly [number, number])[])[];
  readonly text?: string;
}

/** A canvas context that remembers what is drawn on it; only what the painters use. */
export function recorder(): { context: CanvasRenderingContext2D; drawn: Drawn[] } {
  const drawn: Drawn[] = [];
  let paths: [number, number][][] = [];
  let dash: number[] = [];
  const state = { strokeStyle: '', fillStyle: '' };
  const record = (kind: Drawn['kind'], style: string, text?: string): void => {
    drawn.push({ kind, style, dashed: dash.length > 0, paths: paths.map((path) => [...path]), text });
  };
  const context = {
    save: () => undefined,
    restore: () => undefined,
    beginPath: () => {
      paths = [];
    },
    moveTo: (x: number, y: number) => paths.push([[x, y]]),
    lineTo: (x: number, y: number) => {
      const last = paths.at(-1);
      if (last === undefined) paths.push([[x, y]]);
      else last.push([x, y]);
    },
    arc: () => undefined,
    closePath: () => undefined,
    setLineDash: (next: number[]) => {
      dash = next;
    },
    stroke: () => record('stroke', state.strokeStyle),
    fill: () => record('fill', state.fillStyle),
    fillRect: () => undefined,
    strokeText: () => undefined,
    measureText: (text: string) => ({ width: 7 * text.length }),
    fillText: (text: string) => record('text', state.fillStyle, text),
    set strokeStyle(value: string) {
      state.strokeStyle = value;
    },
    set fillStyle(value: string) {
      state.fillStyle = value;
    },
  };
  return { context: context as unknown as CanvasRenderingContext2D, drawn };
}

/** The box around everything stroked in a style: [left, top, right, bottom] in CSS pixels. */
export function boxOf(drawn: readonly Drawn[], style: string): [number, number, number, number] | undefined {
  const points = drawn
    .filter((item) => item.kind === 'stroke' && item.style === style)
    .flatMap((item) => item.paths.flat());
  if (points.length === 0) return undefined;
  const [xs, ys] = [points.map(([x]) => x), points.map(([, y]) => y)];
  return [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)];
}
