import { IsocenterError } from '../../contract/errors.ts';
import type { Suv } from '../../model/image.ts';
import type { DataSet } from '../codec/dataset.ts';
import { leanBodyMass } from './leanBodyMass.ts';
import { dateTimeMs, momentOf, petScanStart, privateNumber } from './petTimes.ts';

/** What makes SUV of a PET's rescaled values: SUV = value × factor. */
export interface SuvScale {
  readonly factor: number;
  readonly suv: Suv;
  readonly warnings: readonly string[];
}

const PHILIPS = 'Philips PET Private Group';
/** Less than this is no injected activity of a human PET, but one in MBq. */
const SMALLEST_DOSE = 1e5;

/**
 * Standardised uptake values of a PET series, g/ml. By body weight: concentration at the moment that values are decay-corrected to,
 * times weight, over the activity left of the injection at that moment (PS3.3 C.8.9.1; QIBA "Vendor-neutral pseudo-code for SUV
 * calculation", 2012): corrected to the start of the scan (START) the dose decays from injection to there, corrected to the
 * administration (ADMIN) it does not. Counts need Philips' own factor: (7053,xx00) to SUV or (7053,xx09) to Bq/ml.
 * Throws MISSING_ATTRIBUTE and INVALID_ATTRIBUTE naming what is not there or cannot be, CONFLICT where the series disagrees with itself.
 */
export function suvScaleOf(images: readonly DataSet[]): SuvScale {
  const [head] = images;
  const units = head.string('Units');
  const lean = leanRatioOf(head);
  if (units === 'GML') {
    const suv = declared(head);
    return { factor: 1, suv: suv.normalization === 'body weight' ? { ...suv, ...lean } : suv, warnings: [] };
  }
  if (units === 'CNTS') {
    const direct = sameInAll(images, 0x00);
    if (direct !== undefined)
      return {
        factor: direct,
        suv: { normalization: 'body weight', how: "counts × Philips' SUV factor (7053,1000)", ...lean },
        warnings: [],
      };
    const activity = sameInAll(images, 0x09);
    if (activity === undefined)
      throw new IsocenterError('MISSING_ATTRIBUTE', "counts without Philips' factors (7053,1000) or (7053,1009)", {
        object: head.object,
        attribute: 'Units',
      });
    const scale = byWeight(images);
    return { ...scale, factor: activity * scale.factor, suv: { ...scale.suv, ...lean } };
  }
  if (units !== 'BQML') throw head.invalid('Units', `no SUV from "${units}"`);
  const scale = byWeight(images);
  return { ...scale, suv: { ...scale.suv, ...lean } };
}

/** A private Philips factor, if every image has the same one; absent or 0 means not given. */
function sameInAll(images: readonly DataSet[], element: number): number | undefined {
  const values = new Set(images.map((image) => privateNumber(image, 0x7053, PHILIPS, element) ?? 0));
  if (values.size > 1)
    throw new IsocenterError('CONFLICT', "images with different Philips' factors to SUV", {
      object: images[0].object,
      attribute: `(7053,10${element.toString(16).padStart(2, '0')})`,
    });
  const [value] = values;
  return value > 0 ? value : undefined;
}

/** SUV of one Bq/ml. */
function byWeight(images: readonly DataSet[]): SuvScale {
  const [head] = images;
  const corrected = head.strings('CorrectedImage');
  for (const correction of ['ATTN', 'DECY'])
    if (!corrected.includes(correction))
      throw head.invalid('CorrectedImage', `no SUV of an image without ${correction} correction`);
  const weight = positive(head, 'PatientWeight');
  const drug = head.sequence('RadiopharmaceuticalInformationSequence')[0];
  if (drug === undefined) throw head.missing('RadiopharmaceuticalInformationSequence');
  const dose = positive(drug, 'RadionuclideTotalDose');
  if (dose < SMALLEST_DOSE) throw drug.invalid('RadionuclideTotalDose', `${dose} Bq can be no injected activity`);
  const decay = decayOf(images, drug);
  const left = dose * decay.factor;
  const how = `${weight} kg, ${(dose / 1e6).toFixed(1)} MBq${decay.words}`;
  return { factor: (weight * 1000) / left, suv: { normalization: 'body weight', how }, warnings: decay.warnings };
}

function positive(dataset: DataSet, attribute: string): number {
  const value = dataset.needNumber(attribute);
  // An empty field that a scanner filled with 0 is not known either.
  if (value === 0) throw dataset.missing(attribute);
  if (!(value > 0)) throw dataset.invalid(attribute, `${value} cannot be`);
  return value;
}

/** Which part of the injected activity is left at the moment that the values are corrected to. */
function decayOf(
  images: readonly DataSet[],
  drug: DataSet,
): { factor: number; words: string; warnings: readonly string[] } {
  const [head] = images;
  const correction = head.needString('DecayCorrection');
  if (correction === 'ADMIN') return { factor: 1, words: ', corrected to the injection', warnings: [] };
  if (correction !== 'START') throw head.invalid('DecayCorrection', `"${correction}" gives no SUV`);
  const halfLife = positive(drug, 'RadionuclideHalfLife');
  const scan = petScanStart(images);
  const warnings: string[] = [];
  let injected = dateTimeMs(drug, 'RadiopharmaceuticalStartDateTime');
  if (injected === undefined) {
    const time = drug.needString('RadiopharmaceuticalStartTime');
    injected = momentOf(drug, new Date(scan).toISOString().slice(0, 10).replaceAll('-', ''), time);
    // A start time has no date: one after the scan was before midnight.
    if (injected > scan) {
      injected -= 24 * 3600 * 1000;
      warnings.push('the injection is taken to be of the day before the scan');
    }
  }
  const seconds = (scan - injected) / 1000;
  if (seconds < 0 || seconds > 10 * halfLife)
    throw drug.invalid(
      'RadiopharmaceuticalStartDateTime',
      `an injection ${Math.round(seconds / 60)} min before the scan`,
    );
  return {
    factor: 2 ** (-seconds / halfLife),
    words: ` ${Math.round(seconds / 60)} min before the scan, half-life ${(halfLife / 60).toFixed(1)} min`,
    warnings,
  };
}

/** What a series that comes in g/ml says of itself; without a type it is by body weight (PS3.3 C.8.9.1, SUV Type). */
function declared(head: DataSet): Suv {
  const type = head.string('SUVType');
  const names: Readonly<Record<string, Suv['normalization']>> = {
    '': 'body weight',
    BW: 'body weight',
    LBM: 'lean body mass',
    LBMJAMES128: 'lean body mass',
    LBMJANMA: 'lean body mass',
    BSA: 'body surface area',
    IBW: 'ideal body weight',
  };
  const normalization = names[type];
  if (normalization === undefined) throw head.invalid('SUVType', `unknown SUV of type "${type}"`);
  return { normalization, how: `as sent by the scanner${type === '' ? '' : ` (${type})`}` };
}

/** Lean body mass over body weight, or why it is not known. */
function leanRatioOf(head: DataSet): Pick<Suv, 'leanRatio' | 'leanMissing'> {
  try {
    const weight = positive(head, 'PatientWeight');
    return {
      leanRatio: leanBodyMass(head.string('PatientSex'), weight, positive(head, 'PatientSize'), head.object) / weight,
    };
  } catch (error) {
    if (!(error instanceof IsocenterError)) throw error;
    return { leanMissing: error.attribute ?? error.message };
  }
}
