import { IsocenterError } from '../../contract/errors.ts';
import { isOrthonormal, voxelCount } from '../../geometry/volume.ts';
import type { ObjectContext } from '../../model/context.ts';
import type { DoseDerivation, DoseVolume } from '../../model/dose.ts';
import type { DataSet } from '../codec/dataset.ts';
import { formatDecimal } from '../codec/decimal.ts';
import { readDoseGrid } from './doseGrid.ts';
import { readOrigin, writeOrigin } from './doseProvenance.ts';
import type { DataSetInput } from '../codec/encode.ts';
import { derivationText } from '../../model/derivationText.ts';
import { checkInstance, commonModules, NOT_CLINICAL, openObject } from '../modules.ts';
import { nativeWords } from '../pixels/nativePixels.ts';
import { writePart10 } from '../codec/part10.ts';
import { RT_DOSE, RT_PLAN } from '../uid.ts';

/** How Dose Comment and Series Description of an approximate dose begin. */
export const APPROXIMATE_COMMENT = 'APPROXIMATE DOSE. ';

const TYPES: readonly string[] = ['PHYSICAL', 'EFFECTIVE', 'ERROR'];

/**
 * Reads an RT Dose (PS3.3 A.18) in Gy: relative and absolute frame offsets, rising or falling, any orientation. Frames are
 * ordered along the plane normal, so the grid is right-handed. Throws UNSUPPORTED_OBJECT for doses without a grid or not in Gy, GEOMETRY for
 * frames that are not evenly spaced, TRUNCATED for too few pixels, UNSUPPORTED_TRANSFER_SYNTAX for pixels compressed otherwise than RLE.
 */
export function readDose(bytes: Uint8Array, name = 'RT Dose'): DoseVolume {
  const { dataset, transferSyntaxUid, warnings: fileWarnings } = openObject(bytes, name, RT_DOSE);
  if (!dataset.has('PixelData'))
    throw new IsocenterError('UNSUPPORTED_OBJECT', 'the dose has no grid (point doses or DVH only)', {
      object: name,
      attribute: 'PixelData',
    });
  const units = dataset.needString('DoseUnits');
  if (units !== 'GY')
    throw new IsocenterError('UNSUPPORTED_OBJECT', `dose in ${units}, not in Gy`, {
      object: name,
      attribute: 'DoseUnits',
    });
  const type = dataset.needString('DoseType');
  if (!TYPES.includes(type)) throw dataset.invalid('DoseType', `"${type}" is no dose type`);
  const { grid, reversed } = readDoseGrid(dataset);
  const scaling = dataset.needNumber('DoseGridScaling');
  if (scaling < 0) throw dataset.invalid('DoseGridScaling', `${scaling} is negative`);
  const stored = nativeWords(dataset, transferSyntaxUid, voxelCount(grid));
  const data = scaled(stored, scaling, grid.dims[0] * grid.dims[1], reversed);
  const warnings = [...fileWarnings];
  const groups = dataset
    .sequence('ReferencedRTPlanSequence')
    .flatMap((plan) => plan.sequence('ReferencedFractionGroupSequence'));
  const [fractionGroup] = groups.flatMap((group) => group.number('ReferencedFractionGroupNumber') ?? []);
  const beams = groups
    .flatMap((group) => group.sequence('ReferencedBeamSequence'))
    .map((beam) => beam.needNumber('ReferencedBeamNumber'));
  const plans = dataset.sequence('ReferencedRTPlanSequence').map((item) => item.string('ReferencedSOPInstanceUID'));
  const summation = dataset.needString('DoseSummationType');
  const several = summation === 'MULTI_PLAN';
  if (plans.length > 1 && !several) warnings.push(`the dose names ${plans.length} plans; the first is taken`);
  return {
    ...grid,
    data,
    sopInstanceUid: dataset.needString('SOPInstanceUID'),
    frameOfReferenceUid: dataset.string('FrameOfReferenceUID'),
    summation,
    doseType: type as DoseVolume['doseType'],
    ...(beams.length === 1 ? { beamNumber: beams[0] } : beams.length > 1 ? { beamNumbers: beams } : {}),
    ...(beams.length === 0 || fractionGroup === undefined || fractionGroup === 1 ? {} : { fractionGroup }),
    ...(several ? { planUids: plans } : plans.length > 0 ? { planUid: plans[0] } : {}),
    ...readOrigin(dataset),
    ...makerOf(dataset),
    warnings,
  };
}

function makerOf(dataset: DataSet): Pick<DoseVolume, 'maker'> {
  const { provenance, derivation } = readOrigin(dataset);
  const maker = [dataset.string('Manufacturer'), dataset.string('ManufacturerModelName')].join(' ').trim();
  return provenance !== undefined || derivation !== undefined || maker === '' ? {} : { maker };
}

function scaled(stored: ArrayLike<number>, scaling: number, frame: number, reversed: boolean): Float32Array {
  const data = new Float32Array(stored.length);
  const frames = stored.length / frame;
  for (let k = 0; k < frames; k++) {
    const from = (reversed ? frames - 1 - k : k) * frame;
    for (let i = 0; i < frame; i++) data[k * frame + i] = stored[from + i] * scaling;
  }
  return data;
}

export interface DoseOptions {
  /** Bits a voxel is stored in: 16 keeps 0.0008 % of the maximum, 32 all that single precision has. Default 32. */
  readonly bits?: 16 | 32;
}

/**
 * Writes an RT Dose (PS3.3 A.18) with offsets relative to the first frame and references to its plan and beam. An approximate one says
 * so in its comment and in the description of its series, which other systems show.
 * A MULTI_PLAN dose refers to all its plans and says in Image Comments what was added up (Dose Comment holds 64 letters).
 * Throws DOSE for values that are not finite or negative (but for an ERROR dose), GEOMETRY for axes that are not orthonormal,
 * REFERENCE without the plan UIDs that the summation needs, CONFLICT for another instance UID than the context's.
 */
export function writeDose(
  dose: DoseVolume,
  context: ObjectContext,
  options: DoseOptions = {},
): Uint8Array<ArrayBuffer> {
  checkInstance(dose.sopInstanceUid, context, 'dose');
  checkGrid(dose);
  const bits = options.bits ?? 32;
  const signed = dose.doseType === 'ERROR';
  const { words, scaling } = quantize(dose.data, bits, signed);
  const { dims, spacing } = dose;
  const { derivation } = dose;
  const isApproximate = dose.provenance?.approximate === true || (derivation?.reasons.length ?? 0) > 0;
  const approximate = isApproximate ? APPROXIMATE_COMMENT : '';
  const dataset: DataSetInput = {
    ...commonModules({ ...context, seriesDescription: approximate + context.seriesDescription }, RT_DOSE, 'RTDOSE'),
    InstanceNumber: 1,
    FrameOfReferenceUID: dose.frameOfReferenceUid,
    PositionReferenceIndicator: '',
    ImagePositionPatient: dose.origin,
    ImageOrientationPatient: dose.direction.slice(0, 6),
    PixelSpacing: [spacing[1], spacing[0]],
    SliceThickness: spacing[2],
    SamplesPerPixel: 1,
    PhotometricInterpretation: 'MONOCHROME2',
    NumberOfFrames: dims[2],
    FrameIncrementPointer: 0x3004000c,
    Rows: dims[1],
    Columns: dims[0],
    BitsAllocated: bits,
    BitsStored: bits,
    HighBit: bits - 1,
    PixelRepresentation: signed ? 1 : 0,
    DoseUnits: 'GY',
    DoseType: dose.doseType,
    DoseComment: approximate + (derivation === undefined ? '' : derivationTitle(derivation)) + NOT_CLINICAL,
    ImageComments: derivation === undefined ? undefined : derivationText(derivation),
    DoseSummationType: dose.summation,
    GridFrameOffsetVector: Array.from({ length: dims[2] }, (_, k) => k * spacing[2]),
    DoseGridScaling: scaling,
    TissueHeterogeneityCorrection:
      dose.provenance?.settings.heterogeneity ?? (derivation === undefined ? 'IMAGE' : undefined),
    ...references(dose),
    ...writeOrigin(dose),
    PixelData: words,
  };
  return writePart10(dataset);
}

const derivationTitle = ({ terms, alphaBeta }: DoseDerivation): string =>
  `${alphaBeta === undefined ? 'SUM' : 'EQD2 SUM'} OF ${terms.length}. `;

function checkGrid(dose: DoseVolume): void {
  const refuse = (message: string, attribute: string): IsocenterError =>
    new IsocenterError('GEOMETRY', message, { object: 'dose', attribute });
  if (!isOrthonormal(dose.direction))
    throw refuse('the axes of the grid are not orthonormal and right-handed', 'ImageOrientationPatient');
  if (!dose.spacing.every((mm) => Number.isFinite(mm) && mm > 0))
    throw refuse('the spacing is not positive', 'PixelSpacing');
  if (dose.data.length !== voxelCount(dose))
    throw refuse(`${dose.data.length} values for ${voxelCount(dose)} voxels`, 'PixelData');
  if (dose.frameOfReferenceUid === '')
    throw new IsocenterError('FRAME_OF_REFERENCE', 'a dose needs a frame of reference', {
      object: 'dose',
      attribute: 'FrameOfReferenceUID',
    });
}

/** Integers and the scaling that turns them into Gy; the scaling is a decimal string's value, so that both sides compute alike. */
function quantize(
  data: Float32Array,
  bits: 16 | 32,
  signed: boolean,
): { words: Uint16Array | Uint32Array; scaling: number } {
  let largest = 0;
  for (let i = 0; i < data.length; i++) {
    const value = data[i];
    if (!Number.isFinite(value) || (value < 0 && !signed))
      throw new IsocenterError('DOSE', `voxel ${i} holds ${value} Gy`, { object: 'dose', attribute: 'PixelData' });
    largest = Math.max(largest, Math.abs(value));
  }
  const top = 2 ** (signed ? bits - 1 : bits) - 1;
  // Rounding the scaling to 16 characters may make it a little small: then the maximum would not fit.
  let scaling = Number(formatDecimal(largest === 0 ? 1 : largest / top));
  if (largest / scaling > top + 0.49) scaling = Number(formatDecimal(scaling * (1 + 1e-9)));
  const words = bits === 16 ? new Uint16Array(data.length) : new Uint32Array(data.length);
  // Storing a negative number into an unsigned word is two's complement, as Pixel Representation 1 wants it.
  for (let i = 0; i < data.length; i++) words[i] = Math.round(data[i] / scaling);
  return { words, scaling };
}

function references(dose: DoseVolume): DataSetInput {
  const { planUid, planUids = [], beamNumber, summation } = dose;
  const missing = (what: string): IsocenterError =>
    new IsocenterError('REFERENCE', `a dose of summation ${summation} needs ${what}`, {
      object: 'dose',
      attribute: 'ReferencedRTPlanSequence',
    });
  if (summation === 'MULTI_PLAN') {
    if (planUids.length < 2) throw missing('two plans at least: it is of parts of one, or they are not known');
    return {
      ReferencedRTPlanSequence: planUids.map((uid) => ({
        ReferencedSOPClassUID: RT_PLAN,
        ReferencedSOPInstanceUID: uid,
      })),
    };
  }
  if (planUid === undefined || planUid === '') throw missing('the UID of its plan');
  if (summation === 'BEAM' && beamNumber === undefined) throw missing('its beam number');
  const beam =
    beamNumber === undefined
      ? undefined
      : [
          {
            ReferencedFractionGroupNumber: dose.fractionGroup ?? 1,
            ReferencedBeamSequence: [{ ReferencedBeamNumber: beamNumber }],
          },
        ];
  return {
    ReferencedRTPlanSequence: [
      { ReferencedSOPClassUID: RT_PLAN, ReferencedSOPInstanceUID: planUid, ReferencedFractionGroupSequence: beam },
    ],
  };
}
