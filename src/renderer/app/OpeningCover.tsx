import { Progress } from '#renderer/kit/Progress.tsx';
import { useSession } from '#renderer/stores/sessionStore.ts';
import { cancelOpening } from './session.ts';

/** Covers the workspace while a patient loads, so that nothing of the patient before can be taken for the new one. */
export function OpeningCover() {
  const opening = useSession((state) => state.opening);
  if (opening === null) return null;
  return (
    <div className="opening" data-testid="opening">
      <Progress label={opening.label} value={opening.value} onCancel={cancelOpening} />
    </div>
  );
}
