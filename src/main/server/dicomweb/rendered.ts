import { PNG } from 'pngjs';
import { parseMedia } from '#main/dicomweb/media.ts';
import { IsocenterError } from '#shared/contract/errors.ts';
import { windowedGrey } from '#shared/dicom/pixels/greyFrame.ts';
import type { DicomFile } from '#shared/dicom/codec/part10.ts';

const PNG_TYPES = ['image/png', 'image/*', '*/*'];

/**
 * One frame as people see it (PS3.18 10.4.1.1.4): a PNG of the grey image with the asked or its own window.
 * @param window `center,width,function` of the query, PS3.18 8.3.5.1.4
 * @throws UNSUPPORTED_TRANSFER_SYNTAX when PNG is not taken, INVALID_ATTRIBUTE, what decoding throws
 */
export async function renderedFrame(
  file: DicomFile,
  frame: number,
  { window, accept }: { readonly window?: string; readonly accept?: string },
): Promise<Response> {
  const ranges = parseMedia(accept ?? '');
  if (ranges.length > 0 && !ranges.some(({ type }) => PNG_TYPES.includes(type)))
    throw new IsocenterError('UNSUPPORTED_TRANSFER_SYNTAX', 'pictures are given as image/png', { attribute: 'Accept' });
  const grey = await windowedGrey(file, frame, window === undefined ? undefined : parseWindow(window));
  const png = new PNG({ width: grey.columns, height: grey.rows });
  for (const [p, value] of grey.data.entries()) {
    png.data.fill(value, 4 * p, 4 * p + 3);
    png.data[4 * p + 3] = 255;
  }
  return new Response(PNG.sync.write(png, { colorType: 0 }), { headers: { 'Content-Type': 'image/png' } });
}

function parseWindow(text: string): { center: number; width: number } {
  const [center, width, shape = 'linear'] = text.split(',');
  const numbers = { center: Number(center), width: Number(width) };
  if (center === '' || !Number.isFinite(numbers.center) || !(numbers.width > 0) || shape.toLowerCase() !== 'linear')
    throw new IsocenterError('INVALID_ATTRIBUTE', `'${text}' is no center,width,linear`, { attribute: 'window' });
  return numbers;
}
