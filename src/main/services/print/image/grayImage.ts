/** A grey picture as it goes to the printer: 0 is black, the highest value of its bits white; rows from the top. */
export interface GrayImage {
  readonly width: number;
  readonly height: number;
  readonly bits: 8 | 12;
  readonly data: Uint8Array | Uint16Array;
  /** Millimetres of the patient per pixel, both ways; absent where the object does not say. */
  readonly spacing?: number;
}

export const whiteOf = (bits: 8 | 12): number => (bits === 8 ? 255 : 4095);

export const emptyPixels = (count: number, bits: 8 | 12): Uint8Array | Uint16Array =>
  bits === 8 ? new Uint8Array(count) : new Uint16Array(count);

/** The picture with other numbers of pixels, bilinear between pixel centres; edges repeat. Keeps the size in mm of its width. */
export function resize(image: GrayImage, width: number, height: number): GrayImage {
  if (width === image.width && height === image.height) return image;
  const data = emptyPixels(width * height, image.bits);
  const columns = weightsOf(image.width, width);
  const rows = weightsOf(image.height, height);
  for (let y = 0, p = 0; y < height; y++) {
    const upper = rows[y].low * image.width;
    const lower = rows[y].high * image.width;
    const below = rows[y].share;
    for (let x = 0; x < width; x++, p++) {
      const { low, high, share } = columns[x];
      const top = image.data[upper + low] * (1 - share) + image.data[upper + high] * share;
      const bottom = image.data[lower + low] * (1 - share) + image.data[lower + high] * share;
      data[p] = Math.round(top * (1 - below) + bottom * below);
    }
  }
  const spacing = image.spacing === undefined ? undefined : (image.spacing * image.width) / width;
  return { width, height, bits: image.bits, data, spacing };
}

/** For each new pixel: the two old ones beside its centre and how much of the second. */
function weightsOf(from: number, to: number): { low: number; high: number; share: number }[] {
  return Array.from({ length: to }, (_, n) => {
    const at = Math.min(from - 1, Math.max(0, ((n + 0.5) * from) / to - 0.5));
    const low = Math.floor(at);
    return { low, high: Math.min(from - 1, low + 1), share: at - low };
  });
}

/** The picture without rows and columns at its edges that are all black; a picture that is black all over stays. */
export function withoutBlackEdges(image: GrayImage): GrayImage {
  const { width, height, data } = image;
  let [left, right, top, bottom] = [width, -1, height, -1];
  for (let y = 0, p = 0; y < height; y++)
    for (let x = 0; x < width; x++, p++) {
      if (data[p] === 0) continue;
      if (x < left) left = x;
      if (x > right) right = x;
      if (y < top) top = y;
      bottom = y;
    }
  if (right < 0) return image;
  const [w, h] = [right - left + 1, bottom - top + 1];
  const cut = emptyPixels(w * h, image.bits);
  for (let y = 0; y < h; y++) {
    const from = left + (top + y) * width;
    cut.set(data.subarray(from, from + w), y * w);
  }
  return { ...image, width: w, height: h, data: cut };
}
