import { basename } from 'node:path';
import { IsocenterError } from '#shared/contract/errors.ts';
import { isMeasuredName, readMeasured } from '#shared/dosimetry/commissioning/measured/read.ts';
import type { MeasuredScan } from '#shared/dosimetry/commissioning/measured/scan.ts';
import { listFiles, readInput } from './files.ts';

/**
 * All measured scans of a folder, or of one file.
 * @throws NOT_FOUND for a folder without any; INVALID_ATTRIBUTE or MISSING_ATTRIBUTE naming file, line and attribute.
 */
export async function readMeasuredFolder(dir: string): Promise<{ scans: MeasuredScan[]; leftOut: string[] }> {
  const files = (await listFiles([dir])).filter(isMeasuredName);
  const scans: MeasuredScan[] = [];
  const leftOut: string[] = [];
  for (const file of files) {
    const content = await readInput(file);
    // Old exports are Latin-1 at most; what is no UTF-8 in them are names of people and places.
    const found = readMeasured(new TextDecoder().decode(content), basename(file));
    scans.push(...found.scans);
    leftOut.push(...found.leftOut);
  }
  if (scans.length === 0)
    throw new IsocenterError('NOT_FOUND', 'there are no measured scans', { object: dir, attribute: '--measured' });
  return { scans, leftOut };
}
