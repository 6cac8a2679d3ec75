import { PNG } from 'pngjs';
import { emptyPixels, type GrayImage, resize } from '../image/grayImage.ts';
import { withCaption } from '../image/caption.ts';
import { filmSize, imageBoxes } from './layout.ts';
import { filmsOf, type PrintJob, trueWidth } from './printJob.ts';

/**
 * One film (from 0) as a grey PNG, drawn by the same layout, sizes and captions as are sent; `width` pixels wide. Annotation boxes of the
 * printer are not drawn: where they stand is its own affair.
 */
export function filmPreview(job: PrintJob, film: number, width: number): Uint8Array {
  const [widthMm, heightMm] = filmSize(job.film.filmSize, job.film.orientation);
  const scale = width / widthMm;
  const height = Math.round(heightMm * scale);
  const isWhite = (density: string | undefined): boolean => density === 'WHITE';
  const page = { width, height, data: new Uint8Array(width * height).fill(isWhite(job.film.borderDensity) ? 255 : 0) };
  const images = filmsOf(job)[film] ?? [];
  for (const [n, place] of imageBoxes(job.film.layout).entries()) {
    const box = {
      x: Math.round(place.x * width) + 1,
      y: Math.round(place.y * height) + 1,
      width: Math.round(place.width * width) - 2,
      height: Math.round(place.height * height) - 2,
    };
    const item = images[n];
    if (item === undefined) {
      if (isWhite(job.film.emptyImageDensity)) fill(page, box);
      continue;
    }
    const lines = job.session.annotationFormat === undefined ? [item.description, ...job.identity] : [item.description];
    const image = withCaption(item.image, lines);
    const fit = Math.min(box.width / image.width, box.height / image.height);
    const factor = job.film.trueSize === true ? (trueWidth({ ...item, image }) * scale) / image.width : fit;
    const [w, h] = [Math.max(1, Math.round(image.width * factor)), Math.max(1, Math.round(image.height * factor))];
    const shown = shrink(image, w, h);
    const [left, top] = [box.x + Math.round((box.width - w) / 2), box.y + Math.round((box.height - h) / 2)];
    const reverse = job.film.polarity === 'REVERSE';
    for (let y = 0; y < h; y++)
      for (let x = 0; x < w; x++) {
        const [px, py] = [left + x, top + y];
        if (px < 0 || py < 0 || px >= width || py >= height) continue;
        const grey = image.bits === 8 ? shown.data[x + y * w] : shown.data[x + y * w] >> 4;
        page.data[px + py * width] = reverse ? 255 - grey : grey;
      }
  }
  const png = new PNG({ width, height, colorType: 0 });
  for (let p = 0; p < page.data.length; p++)
    png.data.fill(page.data[p], 4 * p, 4 * p + 3).fill(255, 4 * p + 3, 4 * p + 4);
  return PNG.sync.write(png, { colorType: 0 });
}

function fill(
  page: { readonly width: number; readonly data: Uint8Array },
  box: { readonly x: number; readonly y: number; readonly width: number; readonly height: number },
): void {
  for (let y = box.y; y < box.y + box.height; y++)
    page.data.fill(255, box.x + y * page.width, box.x + box.width + y * page.width);
}

/** Fewer pixels as the mean of those they replace, so that thin lines and letters stay; more of them bilinear. */
function shrink(image: GrayImage, width: number, height: number): GrayImage {
  if (width >= image.width || height >= image.height) return resize(image, width, height);
  const data = emptyPixels(width * height, image.bits);
  for (let y = 0; y < height; y++) {
    const rows = [Math.floor((y * image.height) / height), Math.ceil(((y + 1) * image.height) / height)];
    for (let x = 0; x < width; x++) {
      const columns = [Math.floor((x * image.width) / width), Math.ceil(((x + 1) * image.width) / width)];
      let sum = 0;
      for (let j = rows[0]; j < rows[1]; j++)
        for (let i = columns[0]; i < columns[1]; i++) sum += image.data[i + j * image.width];
      data[x + y * width] = Math.round(sum / ((rows[1] - rows[0]) * (columns[1] - columns[0])));
    }
  }
  return { ...image, width, height, data };
}
