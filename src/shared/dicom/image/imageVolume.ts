import { type AbortSignalLike, errorWords, IsocenterError, throwIfCancelled } from '../../contract/errors.ts';
import type { VoxelArray } from '../../geometry/volume.ts';
import { add, scale } from '../../geometry/vec.ts';
import type { ImageVolume, Scanner } from '../../model/image.ts';
import type { DataSet } from '../codec/dataset.ts';
import { defaultWindow } from '../pixels/defaultWindow.ts';
import { modalityOf, readImageFiles, type Slice, slicesOf } from './imageSlices.ts';
import { patientOf, studyOf } from '../modules.ts';
import type { PixelWords } from '../pixels/nativePixels.ts';
import type { DicomFile } from '../codec/part10.ts';
import { suvScaleOf, type SuvScale } from './petSuv.ts';
import { decodePixels } from '../pixels/pixels.ts';
import { type SliceStack, stackSlices } from './sliceStack.ts';
import { straighten } from './tiltResample.ts';

export interface BuildOptions {
  readonly signal?: AbortSignalLike;
  /** 0..1, after every file. */
  readonly onProgress?: (fraction: number) => void;
}

const platform = globalThis as unknown as { setTimeout(done: () => void, ms: number): unknown };
/** Lets messages in, a cancel among them. */
const pause = (): Promise<void> => new Promise((done) => platform.setTimeout(done, 0));

/**
 * Makes the volume of one CT, MR or PET series (single-frame files or one enhanced multi-frame object), its geometry proven: one
 * patient, one series, one frame of reference, one orientation, planes sorted by their projected position and evenly spaced. A tilted
 * gantry is straightened in the plane of the slices, and said. Stored values are kept where one rescale holds for all slices
 * (value = data·slope + intercept), else they are rescaled slice by slice into Float32.
 * Throws CONFLICT for mixed patients or series, FRAME_OF_REFERENCE for mixed frames, GEOMETRY for stacks that are not regular, and what reading and decoding throw.
 */
export async function buildImageVolume(files: readonly Uint8Array[], options: BuildOptions = {}): Promise<ImageVolume> {
  if (files.length === 0) throw new IsocenterError('NOT_FOUND', 'a volume of no images');
  const warnings: string[] = [];
  const parsed = onePerInstance(readImageFiles(files), warnings);
  const head = parsed[0].dataset;
  for (const { dataset } of parsed) checkSameSeries(head, dataset);
  for (const text of new Set(parsed.flatMap((file) => file.warnings))) warnings.push(text);
  const stack = stackSlices(parsed.flatMap(slicesOf), samePixels);
  warnings.push(...stack.warnings);
  const pixels = await assemble(stack, options);
  const grid = lattice(stack, pixels, warnings);
  const modality = modalityOf(head);
  const scale = modality === 'PT' ? suvOf(parsed, warnings) : undefined;
  const unit = scale === undefined ? unitOf(head, modality, warnings) : 'SUV';
  const [slope, intercept] = [pixels.slope, pixels.intercept].map((value) => value * (scale?.factor ?? 1));
  const frameOfReferenceUid = head.string('FrameOfReferenceUID');
  if (frameOfReferenceUid === '') warnings.push('the series has no frame of reference');
  const bodyPart = head.string('BodyPartExamined');
  const middle = stack.slices[Math.floor(stack.slices.length / 2)];
  const rescaled = { data: grid.data, slope, intercept };
  return {
    ...grid,
    modality,
    unit,
    slope,
    intercept,
    ...(scale === undefined ? {} : { suv: scale.suv }),
    patient: patientOf(head),
    study: studyOf(head),
    seriesInstanceUid: head.needString('SeriesInstanceUID'),
    seriesDescription: head.string('SeriesDescription'),
    ...(bodyPart === '' ? {} : { bodyPart }),
    scanner: scannerOf(head),
    frameOfReferenceUid,
    patientPosition: head.string('PatientPosition'),
    slices: isSheared(stack) ? [] : stack.slices.map((slice) => slice.instance),
    // A scanner's window of Bq/ml means nothing in SUV.
    window: (scale === undefined ? middle.window : undefined) ?? defaultWindow(modality, unit, rescaled),
    warnings,
  };
}

function scannerOf(head: DataSet): Scanner {
  const [manufacturer, model, station] = ['Manufacturer', 'ManufacturerModelName', 'StationName'].map((attribute) =>
    head.string(attribute),
  );
  const kvp = head.number('KVP');
  return {
    ...(manufacturer === '' ? {} : { manufacturer }),
    ...(model === '' ? {} : { model }),
    ...(station === '' ? {} : { station }),
    ...(kvp === undefined ? {} : { kvp }),
  };
}

function onePerInstance(files: readonly DicomFile[], warnings: string[]): DicomFile[] {
  const byUid = new Map<string, DicomFile>();
  for (const file of files) {
    const uid = file.dataset.needString('SOPInstanceUID');
    const twin = byUid.get(uid);
    if (twin === undefined) byUid.set(uid, file);
    else if (!equalBytes(pixelBytes(twin), pixelBytes(file)))
      throw new IsocenterError('CONFLICT', 'two different images carry the same UID', {
        object: uid,
        attribute: 'SOPInstanceUID',
      });
  }
  if (byUid.size < files.length) warnings.push(`${files.length - byUid.size} files given twice`);
  return [...byUid.values()];
}

function checkSameSeries(head: DataSet, dataset: DataSet): void {
  const differs = (attribute: string): boolean => head.string(attribute) !== dataset.string(attribute);
  for (const attribute of ['PatientID', 'PatientName', 'StudyInstanceUID', 'SeriesInstanceUID', 'SOPClassUID', 'Units'])
    if (differs(attribute))
      throw new IsocenterError(
        'CONFLICT',
        `"${dataset.string(attribute)}" where the first image has "${head.string(attribute)}": images of several series`,
        {
          object: dataset.object,
          attribute,
        },
      );
  if (differs('FrameOfReferenceUID'))
    throw new IsocenterError('FRAME_OF_REFERENCE', 'images of several frames of reference', {
      object: dataset.object,
      attribute: 'FrameOfReferenceUID',
    });
  if (head.string('PatientPosition') !== dataset.string('PatientPosition'))
    throw new IsocenterError('GEOMETRY', 'images of several patient positions', {
      object: dataset.object,
      attribute: 'PatientPosition',
    });
}

const pixelBytes = (file: DicomFile): Uint8Array => file.dataset.bytes('PixelData');

function samePixels(a: Slice, b: Slice): boolean {
  return (
    a.slope === b.slope &&
    a.intercept === b.intercept &&
    a.file !== b.file &&
    equalBytes(pixelBytes(a.file), pixelBytes(b.file))
  );
}

const equalBytes = (a: Uint8Array, b: Uint8Array): boolean =>
  a.length === b.length && a.every((byte, i) => byte === b[i]);

interface Assembled {
  readonly data: VoxelArray;
  readonly slope: number;
  readonly intercept: number;
}

/** Decodes every slice into one array, in stack order. */
async function assemble(stack: SliceStack, options: BuildOptions): Promise<Assembled> {
  const { slices } = stack;
  const [first] = slices;
  const uniform = slices.every((slice) => slice.slope === first.slope && slice.intercept === first.intercept);
  const frame = first.format.rows * first.format.columns;
  const data = uniform ? storedArray(slices, frame * slices.length) : new Float32Array(frame * slices.length);
  let decoded: { file: DicomFile; words: PixelWords } | undefined;
  for (let k = 0; k < slices.length; k++) {
    throwIfCancelled(options.signal);
    const slice = slices[k];
    if (decoded?.file !== slice.file) {
      decoded = { file: slice.file, words: await decodePixels(slice.file, options.signal) };
      options.onProgress?.((k + 1) / slices.length);
      if (k % 16 === 15) await pause();
    }
    const words = decoded.words.subarray(slice.frame * frame, (slice.frame + 1) * frame);
    if (uniform) data.set(words, k * frame);
    else for (let i = 0; i < frame; i++) data[k * frame + i] = words[i] * slice.slope + slice.intercept;
  }
  return uniform ? { data, slope: first.slope, intercept: first.intercept } : { data, slope: 1, intercept: 0 };
}

/** The smallest array that holds the stored values of all slices exactly. */
function storedArray(slices: readonly Slice[], size: number): VoxelArray {
  const needs = (test: (bits: number, signed: boolean) => boolean): boolean =>
    slices.every(({ format }) => test(format.bitsStored, format.signed));
  if (needs((bits, signed) => bits <= 8 && !signed)) return new Uint8Array(size);
  if (needs((bits, signed) => bits <= (signed ? 16 : 15))) return new Int16Array(size);
  if (needs((bits, signed) => bits <= 16 && !signed)) return new Uint16Array(size);
  return new Float32Array(size);
}

const isSheared = (stack: SliceStack): boolean => stack.shear[0] !== 0 || stack.shear[1] !== 0;

function lattice(
  stack: SliceStack,
  pixels: Assembled,
  warnings: string[],
): Pick<ImageVolume, 'dims' | 'spacing' | 'origin' | 'direction' | 'data'> {
  const { slices, row, column, normal, step, shear } = stack;
  const { rows, columns } = slices[0].format;
  const [betweenRows, betweenColumns] = slices[0].pixelSpacing;
  const spacing = [betweenColumns, betweenRows, step] as const;
  const direction = [...row, ...column, ...normal];
  if (!isSheared(stack))
    return { dims: [columns, rows, slices.length], spacing, origin: slices[0].position, direction, data: pixels.data };
  const degrees = (Math.atan2(Math.hypot(...shear), step) * 180) / Math.PI;
  warnings.push(
    `gantry tilt of ${degrees.toFixed(1)}°: slices shifted in their plane onto a rectilinear grid, outside filled with ${AIR} or 0`,
  );
  const outside = modalityOf(slices[0].file.dataset) === 'CT' ? (AIR - pixels.intercept) / pixels.slope : 0;
  const straight = straighten(
    { columns, rows, count: slices.length, spacing: [betweenColumns, betweenRows], shear, data: pixels.data },
    outside,
  );
  const origin = add(slices[0].position, add(scale(row, straight.offset[0]), scale(column, straight.offset[1])));
  return { dims: [straight.columns, straight.rows, slices.length], spacing, origin, direction, data: straight.data };
}

/** HU of what a straightened CT has no pixels for. */
const AIR = -1000;

/** How a PET becomes SUV; where it cannot, it stays in its own unit and the attribute at fault is said. */
function suvOf(files: readonly DicomFile[], warnings: string[]): SuvScale | undefined {
  try {
    const scale = suvScaleOf(files.map((file) => file.dataset));
    warnings.push(...scale.warnings);
    return scale;
  } catch (error) {
    if (!(error instanceof IsocenterError)) throw error;
    warnings.push(`not in SUV: ${errorWords(error)}`);
    return undefined;
  }
}

function unitOf(head: DataSet, modality: 'CT' | 'MR' | 'PT', warnings: string[]): ImageVolume['unit'] {
  if (modality === 'CT') {
    const type = head.string('RescaleType');
    if (type !== '' && type !== 'HU') warnings.push(`Rescale Type is ${type}, not HU`);
    return type === '' || type === 'HU' ? 'HU' : '';
  }
  if (modality === 'MR') return '';
  const units = head.string('Units');
  if (units === 'BQML') return 'BQML';
  warnings.push(`PET values are in ${units === '' ? 'unknown units' : units}`);
  return '';
}
