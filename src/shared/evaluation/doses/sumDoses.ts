import { IsocenterError } from '../../contract/errors.ts';
import { doseRemarks } from '../../dosimetry/standing/doseStanding.ts';
import { type Volume, voxelCount, voxelVolume } from '../../geometry/volume.ts';
import type { DoseDerivation, DoseVolume } from '../../model/dose.ts';
import type { Registration } from '../../model/registration.ts';
import type { WarpOptions } from '../../registration/field/warpImage.ts';
import { eqd2 } from '../radiobiology.ts';
import { commonGrid } from './commonGrid.ts';
import { sessionNote } from './doseMeaning.ts';
import { placeDose, sampleOn } from './placeDose.ts';

/** One dose of a sum. */
export interface DoseTerm {
  readonly dose: DoseVolume;
  /** What people call it: the label of its plan. */
  readonly name: string;
  /** What part of it counts, as 12 / 30 when 12 of its 30 fractions were given; the dose of each fraction stays. Default 1. */
  readonly weight?: number;
  /** Fractions in which all of the dose is given; an EQD2 needs it. */
  readonly fractions?: number;
  /** Why it does not belong to its plan, where that is so. */
  readonly stale?: string;
  /** Names of the registrations that it came through already, before it is added. */
  readonly through?: readonly string[];
}

interface SumOptions extends WarpOptions {
  /** UID of the object it becomes. */
  readonly sopInstanceUid: string;
  /** Frame of reference of the sum; default the first dose's. */
  readonly frameOfReferenceUid?: string;
  /** What doses of other frames come through. */
  readonly registrations?: readonly Registration[];
  /** α/β in Gy: the doses are added as EQD2 (Withers, Thames and Peters 1983), voxel by voxel; absent: as they are. */
  readonly alphaBeta?: number;
}

export interface DoseSum {
  readonly dose: DoseVolume;
  /** How many of the doses reach each voxel. */
  readonly reached: Volume<Uint8Array>;
}

/**
 * Adds doses in Gy on their common grid (`commonGrid`), each trilinear and times its weight. A dose of another frame of reference is
 * mapped by interpolation: a voxel takes the dose of the point that the registration says it came from. That conserves dose at a piece
 * of tissue, not energy: where a deformation changes volume, energy and mass of a voxel do not follow (AAPM TG-132, Brock et al., Med.
 * Phys. 44 (2017) e43). Where one of the doses does not reach, the others are added and the volume is told (`derivation.unreached`,
 * warnings): nothing is known of the missing one, and the sum is a lower bound.
 * @throws IsocenterError USAGE for fewer than two doses; DOSE for a weight or α/β that is none, an EQD2 without fractions or of a
 * biologically weighted dose, an ERROR dose; FRAME_OF_REFERENCE when no registration leads from one to another; CANCELLED
 */
export function sumDoses(terms: readonly DoseTerm[], options: SumOptions): DoseSum {
  const { alphaBeta, registrations = [], signal, onProgress } = options;
  checkTerms(terms, alphaBeta);
  const frame = options.frameOfReferenceUid ?? terms[0].dose.frameOfReferenceUid;
  const placed = terms.map(({ dose, name }) => within(name, () => placeDose(dose, frame, registrations)));
  const grid = commonGrid(placed.map((one) => one.grid));
  const data = new Float32Array(voxelCount(grid));
  const reached = new Uint8Array(data.length);
  for (const [n, { weight = 1, fractions = 1 }] of terms.entries()) {
    const part = sampleOn(placed[n], grid, {
      signal,
      onProgress: (fraction) => onProgress?.((n + fraction) / terms.length),
    }).data;
    for (let p = 0; p < data.length; p++) {
      const gray = part[p];
      if (Number.isNaN(gray)) continue;
      data[p] += weight * (alphaBeta === undefined ? gray : eqd2(gray, fractions, alphaBeta));
      reached[p]++;
    }
  }
  const { volume, highest } = partlyReached(data, reached, terms.length, voxelVolume(grid));
  const derivation: DoseDerivation = {
    operation: 'sum',
    terms: terms.map(({ dose, name, weight = 1, fractions, through = [] }, n) => ({
      name,
      sopInstanceUid: dose.sopInstanceUid,
      weight,
      ...(fractions === undefined ? {} : { fractions }),
      through: [...through, ...placed[n].through],
    })),
    ...(alphaBeta === undefined ? {} : { alphaBeta }),
    unreached: volume,
    reasons: terms.flatMap(({ dose, name, stale }) => standing(dose, name, stale)),
    foreign: terms
      .filter(({ dose }) => doseRemarks(dose).some(({ kind }) => kind === 'foreign'))
      .map(({ name }) => name),
  };
  const warnings = [
    ...(volume > 0
      ? [
          `${volume.toFixed(1)} cm³ are not reached by every dose: the sum there (up to ${highest.toFixed(2)} Gy) lacks what is not known`,
        ]
      : []),
    ...mixedKinds(terms),
    ...terms.flatMap(({ dose, name }) => sessionNote(dose).map((note) => `${name}: ${note}`)),
    ...placed.flatMap((one, n) => one.warnings.map((warning) => `${terms[n].name}: ${warning}`)),
  ];
  const plans = [...new Set(terms.flatMap(({ dose }) => dose.planUids ?? (dose.planUid ? [dose.planUid] : [])))];
  return {
    dose: {
      ...grid,
      data,
      sopInstanceUid: options.sopInstanceUid,
      frameOfReferenceUid: frame,
      summation: 'MULTI_PLAN',
      doseType:
        alphaBeta !== undefined || terms.some(({ dose }) => dose.doseType === 'EFFECTIVE') ? 'EFFECTIVE' : 'PHYSICAL',
      planUids: plans,
      derivation,
      warnings,
    },
    reached: { ...grid, data: reached },
  };
}

function checkTerms(terms: readonly DoseTerm[], alphaBeta: number | undefined): void {
  if (terms.length < 2) throw new IsocenterError('USAGE', 'a sum needs two doses at least', { object: 'sum of doses' });
  if (alphaBeta !== undefined && !(alphaBeta > 0 && alphaBeta < Infinity))
    throw new IsocenterError('DOSE', `an α/β of ${alphaBeta} Gy`, { object: 'sum of doses' });
  for (const { dose, name, weight = 1, fractions } of terms) {
    const refuse = (message: string): IsocenterError => new IsocenterError('DOSE', message, { object: name });
    if (!(weight > 0 && weight < Infinity)) throw refuse(`${weight} is no weight`);
    if (dose.doseType === 'ERROR') throw refuse('holds the error of a dose, not a dose');
    if (alphaBeta === undefined) continue;
    if (fractions === undefined || !(fractions >= 1)) throw refuse('an EQD2 needs the number of its fractions');
    if (dose.doseType !== 'PHYSICAL') throw refuse('is biologically weighted already: no EQD2 of it is taken');
  }
}

/** Volume (cm³) reached by some but not by all, and the highest value there. */
function partlyReached(
  data: Float32Array,
  reached: Uint8Array,
  all: number,
  voxel: number,
): { volume: number; highest: number } {
  let [count, highest] = [0, 0];
  for (let p = 0; p < data.length; p++) {
    if (reached[p] === 0 || reached[p] === all) continue;
    count++;
    if (data[p] > highest) highest = data[p];
  }
  return { volume: (count * voxel) / 1000, highest };
}

const mixedKinds = (terms: readonly DoseTerm[]): string[] =>
  new Set(terms.map(({ dose }) => dose.doseType)).size > 1
    ? ['physical and biologically weighted doses are added as they are']
    : [];

/** What speaks against one of the doses, unless it only is that it came from elsewhere. */
const standing = (dose: DoseVolume, name: string, stale: string | undefined): string[] =>
  doseRemarks(dose, stale)
    .filter(({ kind }) => kind === 'stale' || kind === 'approximate')
    .map(({ title, reason }) => `${name}: ${title.toLowerCase()}, ${reason}`);

/** Errors of `work` that name no plan get the name of the one they concern. */
function within<T>(name: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof IsocenterError)) throw error;
    throw new IsocenterError(error.code, error.message, { object: name, attribute: error.attribute, cause: error });
  }
}
