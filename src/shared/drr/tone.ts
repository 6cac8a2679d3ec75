/** Attenuation (mm of water) that is black and that is white. */
export interface DrrTone {
  readonly black: number;
  readonly white: number;
}

/** Parts of the pixels that see anything which are left black and white. */
const DARKEST = 0.02;
const BRIGHTEST = 0.002;
const BINS = 1024;

/** The tone in which a picture shows most: nearly from its thinnest to its thickest part, air aside. */
export function toneOf(data: Float32Array): DrrTone {
  let most = 0;
  for (const value of data) if (value > most) most = value;
  if (most === 0) return { black: 0, white: 1 };
  // What is under a fiftieth of the thickest part is cloth, couch or the edge of the skin.
  const least = most / 50;
  const bins = new Uint32Array(BINS);
  let seen = 0;
  for (const value of data)
    if (value > least) {
      bins[Math.min(BINS - 1, Math.floor((value / most) * BINS))]++;
      seen++;
    }
  const below = (share: number): number => {
    let count = 0;
    for (let bin = 0; bin < BINS; bin++) {
      count += bins[bin];
      if (count >= share * seen) return ((bin + 0.5) * most) / BINS;
    }
    return most;
  };
  return { black: below(DARKEST), white: Math.max(below(1 - BRIGHTEST), below(DARKEST) + most / BINS) };
}

/** Opaque grey pixels (RGBA), bone white as in a radiograph. */
export function greyPixels(data: Float32Array, { black, white }: DrrTone): Uint8ClampedArray<ArrayBuffer> {
  const pixels = new Uint8ClampedArray(4 * data.length);
  const scale = 255 / (white - black);
  const words = new Uint32Array(pixels.buffer);
  for (let n = 0; n < data.length; n++) {
    const grey = (data[n] - black) * scale;
    const byte = grey <= 0 ? 0 : grey >= 255 ? 255 : (grey + 0.5) | 0;
    words[n] = 0xff000000 | (byte << 16) | (byte << 8) | byte;
  }
  return pixels;
}
