import { IsocenterError } from '../../../contract/errors.ts';
import { readCsv } from './csv.ts';
import { isIba, readIba } from './iba.ts';
import { isPtw, readPtw } from './ptw.ts';
import type { MeasuredFile } from './scan.ts';
import { isW2cad, readW2cad } from './w2cad.ts';

/** Longer text is no water-tank file: whole commissioning sets take some megabytes. */
const MAX_LENGTH = 50e6;

/** File names that may hold measured data; others in a folder are passed over. */
export const isMeasuredName = (file: string): boolean => /\.(csv|mcc|asc|txt|data|cdp)$/i.test(file);

/**
 * Measured curves of a text file in any known format: PTW `.mcc`, IBA RFA-300 ASCII, Varian W2CAD, CSV. The content decides.
 * @throws IsocenterError naming file, line and attribute.
 */
export function readMeasured(content: string, file: string): MeasuredFile {
  if (content.length > MAX_LENGTH)
    throw new IsocenterError('INVALID_ATTRIBUTE', 'is too long for measured data', { object: file });
  if (content.includes('\u0000')) throw new IsocenterError('INVALID_ATTRIBUTE', 'is no text', { object: file });
  if (isPtw(content)) return readPtw(content, file);
  if (isIba(content)) return readIba(content, file);
  if (isW2cad(content)) return readW2cad(content, file);
  return readCsv(content, file);
}
