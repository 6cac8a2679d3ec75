import type { ClinicalDocument } from '#renderer/document/records.ts';
import { putDraft } from '#renderer/document/registrations.ts';
import { toast } from '#renderer/kit/toast.ts';
import { gridCentre } from '#renderer/viewports/plane/planes.ts';
import { errorWords } from '#shared/contract/errors.ts';
import { IDENTITY, invertRigid, type Mat4, multiply, translation } from '#shared/geometry/affine.ts';
import { subtract, type Vec3 } from '#shared/geometry/vec.ts';
import type { Landmark, RigidRegistration } from '#shared/model/registration.ts';
import { shownMatrix, targetOf, targetToPrimary } from './registering.ts';
import { matrixOf, parametersOf, type RigidParameters } from './rigidParameters.ts';

export const isSaved = ({ sopInstanceUid }: { readonly sopInstanceUid: string }): boolean => sopInstanceUid !== '';

/** What a registration was made by, besides its matrix. */
type Making = Pick<RigidRegistration, 'method' | 'quality' | 'warnings'> & {
  readonly label: string;
  readonly landmarks?: readonly Landmark[];
};

/** Label and method of a registration by hand. */
const MANUAL: Making = { label: 'manual, not saved', method: 'manual' };

/** Rotations turn about the centre of the second image as it is stored. */
const rotationCentre = (document: ClinicalDocument): Vec3 | undefined =>
  document.secondary === undefined ? undefined : gridCentre(document.secondary);

/**
 * Brings the second image to `change` (its frame → the primary's) by registering it to the chosen target, as one undoable edit. Where
 * the target itself has no place on the primary, that is told.
 */
export function placeSecond(
  name: string,
  change: (document: ClinicalDocument) => Mat4 | undefined,
  making: Making = MANUAL,
): void {
  try {
    putDraft(name, (document) => {
      const { secondary } = document;
      const target = targetOf(document);
      const toPrimary = change(document);
      if (secondary === undefined || target === undefined || toPrimary === undefined) return undefined;
      return {
        kind: 'rigid',
        sopInstanceUid: '',
        fixedFrame: target.frame,
        movingFrame: secondary.frameOfReferenceUid,
        fixedSeries: target.series,
        movingSeries: secondary.seriesInstanceUid,
        matrix: multiply(invertRigid(targetToPrimary(document, target)), toPrimary),
        ...making,
      };
    });
  } catch (error) {
    toast(errorWords(error), 'error');
  }
}

export const startFromIdentity = (): void => placeSecond('Start registration', () => IDENTITY);

/** Starts with the two images' centres on top of one another. */
export const startFromCentres = (): void =>
  placeSecond('Align image centres', ({ primary, secondary }) =>
    secondary === undefined ? undefined : translation(subtract(gridCentre(primary), gridCentre(secondary))),
  );

export const setParameters = (parameters: RigidParameters): void =>
  placeSecond('Change registration', (document) => {
    const centre = rotationCentre(document);
    return centre === undefined ? undefined : matrixOf(parameters, centre);
  });

export function shownParameters(document: ClinicalDocument): RigidParameters | undefined {
  const [matrix, centre] = [shownMatrix(document), rotationCentre(document)];
  return matrix === undefined || centre === undefined ? undefined : parametersOf(matrix, centre);
}

/** Shifts the second image by `mm` (LPS of the primary). */
export const shiftBy = (mm: Vec3): void =>
  placeSecond('Shift second image', (document) => {
    const matrix = shownMatrix(document);
    return matrix === undefined ? undefined : multiply(translation(mm), matrix);
  });

/** Turns the second image by `degrees` about a unit axis through `through` (LPS of the primary), by Rodrigues' formula. */
export const turnBy = (axis: Vec3, degrees: number, through: Vec3): void =>
  placeSecond('Turn second image', (document) => {
    const matrix = shownMatrix(document);
    return matrix === undefined ? undefined : multiply(rotationAbout(axis, degrees, through), matrix);
  });

export function rotationAbout([x, y, z]: Vec3, degrees: number, [px, py, pz]: Vec3): Mat4 {
  const angle = (degrees * Math.PI) / 180;
  const [c, s] = [Math.cos(angle), Math.sin(angle)];
  const t = 1 - c;
  const rotation: Mat4 = [
    t * x * x + c, t * x * y - s * z, t * x * z + s * y, 0,
    t * x * y + s * z, t * y * y + c, t * y * z - s * x, 0,
    t * x * z - s * y, t * y * z + s * x, t * z * z + c, 0,
    0, 0, 0, 1,
  ]; // biome-ignore format: a matrix reads as rows
  return multiply(translation([px, py, pz]), multiply(rotation, translation([-px, -py, -pz])));
}
