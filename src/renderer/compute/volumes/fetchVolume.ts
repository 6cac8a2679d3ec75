import codecWasmUrl from 'dcmjs-codecs/build/dcmjs-native-codecs.wasm?url';
import { retrieveSeries } from '#renderer/client/dicomweb.ts';
import { type AbortSignalLike, IsocenterError, throwIfCancelled } from '#shared/contract/errors.ts';
import { setCodecWasmUrl } from '#shared/dicom/pixels/codecs.ts';
import { buildImageVolume } from '#shared/dicom/image/imageVolume.ts';
import { splitPhases } from '#shared/fourD/temporal.ts';
import type { ImageVolume } from '#shared/model/image.ts';
import type { LoadRequest } from './base.ts';

/** Fetching takes the larger part of the bar: it is what waits for disk and wire. */
const FETCH_SHARE = 0.6;

setCodecWasmUrl(codecWasmUrl);

interface FetchControl {
  readonly signal: AbortSignalLike;
  /** 0..1. */
  readonly onProgress: (fraction: number) => void;
}

/** Fetches a series and makes it a volume; for workers. Throws TRUNCATED when the archive sends less than it lists, and as buildImageVolume. */
export async function fetchVolume(
  { patientKey, study, series, instances, phase = 0 }: LoadRequest,
  { signal, onProgress }: FetchControl,
): Promise<ImageVolume> {
  const files = await retrieveSeries(study, series, {
    patientKey,
    onProgress: (count) => onProgress(Math.min(1, count / instances) * FETCH_SHARE),
  });
  throwIfCancelled(signal);
  // Fewer files than the archive lists would make a volume with slices missing at its end pass as whole.
  if (files.length < instances)
    throw new IsocenterError('TRUNCATED', `the archive sent ${files.length} of ${instances} instances`, {
      object: series,
    });
  const groups = splitPhases(files);
  if (phase >= groups.length)
    throw new IsocenterError('NOT_FOUND', `phase ${phase + 1} of a series with ${groups.length}`, { object: series });
  const image = await buildImageVolume(groups[phase], {
    signal,
    onProgress: (fraction: number) => onProgress(FETCH_SHARE + fraction * (1 - FETCH_SHARE)),
  });
  if (groups.length === 1) return image;
  const warning = `the series holds ${groups.length} phases of the same planes: phase ${phase + 1} is shown`;
  return { ...image, phases: groups.length, warnings: [...image.warnings, warning] };
}
