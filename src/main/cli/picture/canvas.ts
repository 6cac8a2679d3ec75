import { PNG } from 'pngjs';
import type { Rgb } from '#shared/model/structures.ts';
import { GLYPHS } from './glyphs.ts';

/** An opaque picture to paint on; x to the right, y down, pixel centres at whole numbers. */
export class Canvas {
  readonly width: number;
  readonly height: number;
  readonly #pixels: Uint8Array;

  constructor(width: number, height: number) {
    this.width = width;
    this.height = height;
    this.#pixels = new Uint8Array(4 * width * height);
    for (let p = 3; p < this.#pixels.length; p += 4) this.#pixels[p] = 255;
  }

  /** Mixes a colour into one pixel; `share` 0..1. Outside the picture nothing happens. */
  blend(x: number, y: number, [red, green, blue]: Rgb, share: number): void {
    if (x < 0 || y < 0 || x >= this.width || y >= this.height) return;
    const p = 4 * (x + this.width * y);
    const pixels = this.#pixels;
    pixels[p] += share * (red - pixels[p]);
    pixels[p + 1] += share * (green - pixels[p + 1]);
    pixels[p + 2] += share * (blue - pixels[p + 2]);
  }

  /** A polyline with smooth edges; each pixel is covered at most once, so that joints are not darker. */
  polyline(points: ArrayLike<number>, closed: boolean, color: Rgb, width = 1.6): void {
    const cover = new Map<number, number>();
    const count = points.length / 2;
    for (let n = 0; n < count - (closed ? 0 : 1); n++) {
      const m = (n + 1) % count;
      this.#segment(cover, [points[2 * n], points[2 * n + 1]], [points[2 * m], points[2 * m + 1]], width / 2);
    }
    for (const [p, share] of cover) this.blend(p % this.width, Math.floor(p / this.width), color, share);
  }

  /** Text in 3 × 5 capitals, each dot `size` pixels; (x, y) is the upper left corner. */
  text(x: number, y: number, text: string, color: Rgb, size = 2): void {
    for (const [n, letter] of text.toUpperCase().split('').entries()) {
      const rows = GLYPHS[letter] ?? GLYPHS[' '];
      for (let row = 0; row < 5; row++)
        for (let column = 0; column < 3; column++)
          if ((rows[row] >> (2 - column)) & 1)
            this.fill(x + (4 * n + column) * size, y + row * size, size, size, color);
    }
  }

  fill(x: number, y: number, width: number, height: number, color: Rgb, share = 1): void {
    for (let j = y; j < y + height; j++) for (let i = x; i < x + width; i++) this.blend(i, j, color, share);
  }

  toPng(): Uint8Array {
    const png = new PNG({ width: this.width, height: this.height });
    png.data.set(this.#pixels);
    return PNG.sync.write(png);
  }

  #segment(cover: Map<number, number>, a: readonly [number, number], b: readonly [number, number], half: number): void {
    const [dx, dy] = [b[0] - a[0], b[1] - a[1]];
    const square = dx * dx + dy * dy;
    const reach = half + 1;
    const x0 = Math.max(0, Math.floor(Math.min(a[0], b[0]) - reach));
    const x1 = Math.min(this.width - 1, Math.ceil(Math.max(a[0], b[0]) + reach));
    const y0 = Math.max(0, Math.floor(Math.min(a[1], b[1]) - reach));
    const y1 = Math.min(this.height - 1, Math.ceil(Math.max(a[1], b[1]) + reach));
    for (let y = y0; y <= y1; y++)
      for (let x = x0; x <= x1; x++) {
        const t = square === 0 ? 0 : Math.max(0, Math.min(1, ((x - a[0]) * dx + (y - a[1]) * dy) / square));
        const share = Math.min(1, half + 0.5 - Math.hypot(x - a[0] - t * dx, y - a[1] - t * dy));
        const p = x + this.width * y;
        if (share > (cover.get(p) ?? 0)) cover.set(p, share);
      }
  }
}
