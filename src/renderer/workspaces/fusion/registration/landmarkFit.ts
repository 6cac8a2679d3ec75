import { useDocument } from '#renderer/document/store.ts';
import { toast } from '#renderer/kit/toast.ts';
import { errorWords } from '#shared/contract/errors.ts';
import { multiply } from '#shared/geometry/affine.ts';
import { fitLandmarks } from '#shared/registration/landmarks.ts';
import { landmarkQuality, landmarksOf } from './landmarks.ts';
import { placeSecond } from './manualRegistration.ts';
import { targetOf, targetToPrimary } from './registering.ts';

/** Registers the second image to its target by the landmarks picked, as one undoable edit; what cannot be fitted is told. */
export function fitToLandmarks(): void {
  const { document } = useDocument.getState();
  const pairs = document === null ? undefined : landmarksOf(document)?.pairs;
  if (pairs === undefined) return;
  try {
    const { matrix, rms } = fitLandmarks(pairs);
    placeSecond(
      'Register by landmarks',
      (now) => {
        const target = targetOf(now);
        return target === undefined ? undefined : multiply(targetToPrimary(now, target), matrix);
      },
      {
        label: 'landmarks, not saved',
        method: 'landmarks',
        landmarks: pairs,
        quality: { value: landmarkQuality(rms), metric: 'Landmark residual', metricValue: rms, landmarkRms: rms },
      },
    );
  } catch (error) {
    toast(errorWords(error), 'error');
  }
}
