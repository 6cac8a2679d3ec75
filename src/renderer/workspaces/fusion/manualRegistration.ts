import type { ClinicalDocument } from '#renderer/document/records.ts';
import { registrationMatrix } from '#renderer/document/fusion.ts';
import { editDocument } from '#renderer/document/store.ts';
import { gridCentre } from '#renderer/viewports/planes.ts';
import { IDENTITY, type Mat4, multiply, translation } from '#shared/geometry/affine.ts';
import { subtract, type Vec3 } from '#shared/geometry/vec.ts';
import type { Registration } from '#shared/model/registration.ts';
import { matrixOf, parametersOf, type RigidParameters } from './rigidParameters.ts';

/** Label and empty UID of a registration that exists only in the window. */
const MANUAL = 'manual, not saved';

export const isSaved = (registration: Registration): boolean => registration.sopInstanceUid !== '';

/** The registration now shown as a matrix from the second image's frame to the primary's; undefined when there is none. */
function shownMatrix(document: ClinicalDocument): Mat4 | undefined {
  const { primary, secondary, registration } = document;
  if (secondary === undefined || registration === undefined) return undefined;
  return registrationMatrix(registration, secondary.frameOfReferenceUid, primary.frameOfReferenceUid);
}

/** Rotations turn about the centre of the second image as it is stored. */
const rotationCentre = (document: ClinicalDocument): Vec3 | undefined =>
  document.secondary === undefined ? undefined : gridCentre(document.secondary);

/** Replaces the registration by this matrix, as one undoable edit. */
function setMatrix(name: string, change: (document: ClinicalDocument) => Mat4 | undefined): void {
  editDocument(name, (document) => {
    const { secondary, primary } = document;
    const matrix = change(document);
    if (secondary === undefined || matrix === undefined) return null;
    const registration: Registration = {
      kind: 'rigid',
      sopInstanceUid: '',
      fixedFrame: primary.frameOfReferenceUid,
      movingFrame: secondary.frameOfReferenceUid,
      matrix,
      label: MANUAL,
      method: 'manual',
    };
    return { registration };
  });
}

export const startFromIdentity = (): void => setMatrix('Start registration', () => IDENTITY);

/** Starts with the two images' centres on top of one another. */
export const startFromCentres = (): void =>
  setMatrix('Align image centres', ({ primary, secondary }) =>
    secondary === undefined ? undefined : translation(subtract(gridCentre(primary), gridCentre(secondary))),
  );

export const setParameters = (parameters: RigidParameters): void =>
  setMatrix('Change registration', (document) => {
    const centre = rotationCentre(document);
    return centre === undefined ? undefined : matrixOf(parameters, centre);
  });

export function shownParameters(document: ClinicalDocument): RigidParameters | undefined {
  const [matrix, centre] = [shownMatrix(document), rotationCentre(document)];
  return matrix === undefined || centre === undefined ? undefined : parametersOf(matrix, centre);
}

/** Shifts the second image by `mm` (LPS of the primary). */
export const shiftBy = (mm: Vec3): void =>
  setMatrix('Shift second image', (document) => {
    const matrix = shownMatrix(document);
    return matrix === undefined ? undefined : multiply(translation(mm), matrix);
  });

/** Turns the second image by `degrees` about a unit axis through `through` (LPS of the primary), by Rodrigues' formula. */
export const turnBy = (axis: Vec3, degrees: number, through: Vec3): void =>
  setMatrix('Turn second image', (document) => {
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
