import { IsocenterError } from '../contract/errors.ts';
import { voxelCount } from '../geometry/volume.ts';
import type { ImageVolume } from '../model/image.ts';

export type Projection = 'average' | 'maximum' | 'minimum';

/** Lattices further apart than this are not the same, mm and direction cosines. */
const SAME = 0.01;

/**
 * Average, maximum and minimum over the phases of a 4D image, voxel by voxel, in the phases' unit. Phases are given one after the other,
 * so that no more than one of them is in memory.
 */
export class PhaseProjector {
  #first: ImageVolume | undefined;
  #count = 0;
  readonly #sums: Record<Projection, Float32Array> = {
    average: new Float32Array(),
    maximum: new Float32Array(),
    minimum: new Float32Array(),
  };

  /** @throws IsocenterError GEOMETRY when the phase lies on another lattice, CONFLICT for another frame of reference, unit or patient. */
  add(phase: ImageVolume): void {
    const size = voxelCount(phase);
    if (this.#first === undefined) {
      // Its voxels are not kept.
      this.#first = { ...phase, data: new Int16Array() };
      this.#sums.average = new Float32Array(size);
      this.#sums.maximum = new Float32Array(size).fill(-Infinity);
      this.#sums.minimum = new Float32Array(size).fill(Infinity);
    } else checkAlike(this.#first, phase);
    const { average, maximum, minimum } = this.#sums;
    const { data, slope, intercept } = phase;
    for (let p = 0; p < size; p++) {
      const value = data[p] * slope + intercept;
      average[p] += value;
      if (value > maximum[p]) maximum[p] = value;
      if (value < minimum[p]) minimum[p] = value;
    }
    this.#count++;
  }

  /** The projection as an image of its own in the same frame of reference, whole numbers. Call once for each kind. */
  result(kind: Projection, seriesInstanceUid: string, seriesDescription: string): ImageVolume {
    if (this.#first === undefined) throw new IsocenterError('NOT_FOUND', 'a projection of no phases');
    const values = this.#sums[kind];
    const divisor = kind === 'average' ? this.#count : 1;
    return {
      ...this.#first,
      data: Int16Array.from(values, (value) => Math.round(value / divisor)),
      slope: 1,
      intercept: 0,
      seriesInstanceUid,
      seriesDescription,
      slices: [],
      warnings: [],
    };
  }
}

function checkAlike(first: ImageVolume, phase: ImageVolume): void {
  const object = `${phase.modality} ${phase.seriesDescription}`;
  const near = (a: readonly number[], b: readonly number[]): boolean =>
    a.every((value, i) => Math.abs(value - b[i]) < SAME);
  if (
    !near(first.dims, phase.dims) ||
    !near(first.spacing, phase.spacing) ||
    !near(first.origin, phase.origin) ||
    !near(first.direction, phase.direction)
  )
    throw new IsocenterError('GEOMETRY', 'its voxels lie elsewhere than those of the first phase', { object });
  const conflict = (attribute: string): IsocenterError =>
    new IsocenterError('CONFLICT', 'it is no phase of the same image', { object, attribute });
  if (first.frameOfReferenceUid !== phase.frameOfReferenceUid) throw conflict('FrameOfReferenceUID');
  if (first.unit !== phase.unit) throw conflict('RescaleType');
  if (first.patient.patientId !== phase.patient.patientId) throw conflict('PatientID');
}
