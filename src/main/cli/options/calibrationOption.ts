import { basename } from 'node:path';
import { calibrationOfScanner } from '#shared/dosimetry/machine/machines.ts';
import { type CtCalibration, parseCalibrationCsv } from '#shared/dosimetry/patient/ctCalibration.ts';
import type { ImageVolume } from '#shared/model/image.ts';
import { readInput } from '../files.ts';

/** `--calibration F.csv`, else the one of the scanner that the images name. @throws as parseCalibrationCsv */
export async function readCalibration(file: string | undefined, ct: ImageVolume): Promise<CtCalibration> {
  if (file === undefined) return calibrationOfScanner(ct.scanner);
  return parseCalibrationCsv(new TextDecoder().decode(await readInput(file)), basename(file));
}
