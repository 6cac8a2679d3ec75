import type { ClinicalDocument, LandmarkSet } from '#renderer/document/records.ts';
import { editDocument } from '#renderer/document/store.ts';
import { invertRigid, transformPoint } from '#shared/geometry/affine.ts';
import { length, subtract, type Vec3 } from '#shared/geometry/vec.ts';
import type { Landmark } from '#shared/model/registration.ts';
import { fitLandmarks } from '#shared/registration/landmarks.ts';
import { shownMatrix, targetOf, targetToPrimary } from './registering.ts';

/** A landmark where it is seen: both points in the primary's frame, and how far apart they are, mm. */
export interface SeenLandmark {
  readonly name: string;
  readonly fixed: Vec3;
  readonly moving: Vec3;
  readonly distance: number;
}

/** The landmarks between the second image and what it is registered to: those picked, else those of the registration in use. */
export function landmarksOf(document: ClinicalDocument): LandmarkSet | undefined {
  const fixedFrame = targetOf(document)?.frame;
  const movingFrame = document.secondary?.frameOfReferenceUid;
  if (fixedFrame === undefined || movingFrame === undefined) return undefined;
  const { landmarks } = document;
  if (landmarks?.fixedFrame === fixedFrame && landmarks.movingFrame === movingFrame) return landmarks;
  const stored = [...document.registrationDrafts, ...document.registrations].find(
    (one) => one.fixedFrame === fixedFrame && one.movingFrame === movingFrame && one.landmarks !== undefined,
  );
  return { fixedFrame, movingFrame, pairs: stored?.landmarks ?? [] };
}

const setPairs = (name: string, change: (pairs: readonly Landmark[]) => readonly Landmark[]): void =>
  editDocument(name, (document) => {
    const landmarks = landmarksOf(document);
    return landmarks === undefined ? null : { landmarks: { ...landmarks, pairs: change(landmarks.pairs) } };
  });

/** Adds a pair that was picked on the planes: points of the two images as shown, LPS of the primary. */
export const addLandmark = (document: ClinicalDocument, fixed: Vec3, moving: Vec3): void => {
  const [target, shown] = [targetOf(document), shownMatrix(document)];
  if (target === undefined || shown === undefined) return;
  const toTarget = invertRigid(targetToPrimary(document, target));
  setPairs('Add landmark', (pairs) => [
    ...pairs,
    {
      name: `L${1 + Math.max(0, ...pairs.map(({ name }) => Number(/^L(\d+)$/.exec(name)?.[1] ?? 0)))}`,
      fixed: transformPoint(toTarget, fixed),
      moving: transformPoint(invertRigid(shown), moving),
    },
  ]);
};

export const removeLandmark = (name: string): void =>
  setPairs('Remove landmark', (pairs) => pairs.filter((pair) => pair.name !== name));

/** Where the landmarks lie under the registration shown. Throws as targetToPrimary. */
export function seenLandmarks(document: ClinicalDocument): SeenLandmark[] {
  const [landmarks, target, shown] = [landmarksOf(document), targetOf(document), shownMatrix(document)];
  if (landmarks === undefined || target === undefined || shown === undefined) return [];
  const toPrimary = targetToPrimary(document, target);
  return landmarks.pairs.map(({ name, fixed, moving }) => {
    const [a, b] = [transformPoint(toPrimary, fixed), transformPoint(shown, moving)];
    return { name, fixed: a, moving: b, distance: length(subtract(a, b)) };
  });
}

export const rootMeanSquare = (values: readonly number[]): number =>
  Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / values.length);

/**
 * How well landmarks predict a place that they do not hold: each one's distance, mm, under the registration fitted to the others (RMS).
 * Undefined with fewer than four.
 */
export function leaveOneOut(pairs: readonly Landmark[]): number | undefined {
  if (pairs.length < 4) return undefined;
  try {
    return rootMeanSquare(
      pairs.map(({ fixed, moving }, index) => {
        const { matrix } = fitLandmarks(pairs.filter((_, other) => other !== index));
        return length(subtract(transformPoint(matrix, moving), fixed));
      }),
    );
  } catch {
    // Three of four may lie on a line.
    return undefined;
  }
}

/** Landmark error at which a registration is worth half, mm. */
const HALF = 3;
/** A quality from 0 to 1 of a landmark error in mm. */
export const landmarkQuality = (rms: number): number => 1 / (1 + (rms / HALF) ** 2);
