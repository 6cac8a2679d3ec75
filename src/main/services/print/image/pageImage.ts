import { PNG } from 'pngjs';
import { IsocenterError } from '#shared/contract/errors.ts';
import type { GrayImage } from './grayImage.ts';

/** Largest page taken, pixels: 17 inches at 300 dots per inch both ways. */
const MAX_PIXELS = 5100 * 5100;

/**
 * A page of the app (PNG) as an 8-bit grey picture: ITU-R BT.601 luma, transparency over black.
 * @throws DECODE_FAILED when it is no PNG, UNSUPPORTED_OBJECT when it is larger than a film can show
 */
export function pageImage(png: Uint8Array, name: string): GrayImage {
  let page: { readonly width: number; readonly height: number; readonly data: Uint8Array };
  const claimed = png.length < 24 ? 0 : pixelsClaimed(png);
  if (claimed > MAX_PIXELS)
    throw new IsocenterError('UNSUPPORTED_OBJECT', `${claimed} pixels are more than a film shows`, { object: name });
  try {
    page = PNG.sync.read(Buffer.from(png.buffer, png.byteOffset, png.byteLength));
  } catch (error) {
    throw new IsocenterError('DECODE_FAILED', 'is no PNG picture', { object: name, cause: error });
  }
  const data = new Uint8Array(page.width * page.height);
  for (let p = 0; p < data.length; p++) {
    const [red, green, blue, alpha] = page.data.subarray(4 * p, 4 * p + 4);
    data[p] = Math.round(((0.299 * red + 0.587 * green + 0.114 * blue) * alpha) / 255);
  }
  return { width: page.width, height: page.height, bits: 8, data };
}

/** Width × height of the IHDR chunk, before anything is inflated (PNG specification 11.2.1). */
function pixelsClaimed(png: Uint8Array): number {
  const view = new DataView(png.buffer, png.byteOffset, png.byteLength);
  return view.getUint32(16) * view.getUint32(20);
}
