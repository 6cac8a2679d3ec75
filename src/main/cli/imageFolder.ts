import { describeError, IsocenterError } from '#shared/contract/errors.ts';
import { readHeader } from '#shared/dicom/header.ts';
import { buildImageVolume } from '#shared/dicom/image/imageVolume.ts';
import type { ImageVolume } from '#shared/model/image.ts';
import { listFiles, readInput } from './files.ts';
import type { Io } from './io.ts';

/**
 * The one image series of a folder (other objects may lie beside it) as a volume.
 * @throws NOT_FOUND without images of that modality, CONFLICT with several series of it, and what buildImageVolume throws.
 */
export async function readImageFolder(dir: string, io: Io, modality?: string): Promise<ImageVolume> {
  const series = new Map<string, Uint8Array[]>();
  let unreadable = '';
  for (const file of await listFiles([dir])) {
    const bytes = await readInput(file);
    try {
      const header = readHeader(bytes, file);
      if (header.image === undefined || header.modality.startsWith('RT')) continue;
      if (modality !== undefined && header.modality !== modality) continue;
      series.set(header.seriesInstanceUid, [...(series.get(header.seriesInstanceUid) ?? []), bytes]);
    } catch (error) {
      // Folders hold readme files and the like; what is wrong matters only when nothing else is there.
      unreadable = describeError(error);
    }
  }
  const what = modality ?? 'image';
  if (series.size === 0)
    throw new IsocenterError(
      'NOT_FOUND',
      `no ${what} series in this folder${unreadable === '' ? '' : `; ${unreadable}`}`,
      { object: dir },
    );
  if (series.size > 1)
    throw new IsocenterError('CONFLICT', `${series.size} ${what} series in this folder: give one`, {
      object: dir,
      attribute: 'SeriesInstanceUID',
    });
  const [files] = series.values();
  const volume = await buildImageVolume(files, { signal: io.signal });
  for (const warning of volume.warnings) io.say(`warning: ${warning}`);
  return volume;
}
