import { lazy, Suspense } from 'react';
import { type PlanningCentre as Centre, showCentre, usePlanningView } from '#renderer/stores/planningView.ts';
import { BeamsEyeViewport } from '#renderer/viewports/beamsEye/BeamsEyeViewport.tsx';
import { TriPlanar } from '#renderer/viewports/TriPlanar.tsx';

/** Code of its own, fetched when somebody looks at it. */
const RoomView = lazy(() => import('#renderer/viewports/scene/room/RoomView.tsx'));

const CENTRES: readonly { readonly centre: Centre; readonly label: string }[] = [
  { centre: 'planes', label: 'Planes' },
  { centre: 'beamsEye', label: 'Beam’s-eye view' },
  { centre: 'room', label: 'Room’s-eye view' },
];

/** The middle of the planning workspace: planes, what the beam sees, or the room, one at a time. */
export function PlanningCentre() {
  const shown = usePlanningView((state) => state.centre);
  return (
    <div className="planning-centre">
      <div className="planning-switch" role="toolbar" aria-label="what the centre shows">
        {CENTRES.map(({ centre, label }) => (
          <button
            key={centre}
            type="button"
            aria-pressed={shown === centre}
            data-testid={`centre-${centre}`}
            onClick={() => showCentre(centre)}
          >
            {label}
          </button>
        ))}
      </div>
      {shown === 'planes' && <TriPlanar large="axial" />}
      {shown === 'beamsEye' && <BeamsEyeViewport />}
      {shown === 'room' && (
        <Suspense fallback={<div className="plane plane-empty">Loading the 3-D view…</div>}>
          <RoomView />
        </Suspense>
      )}
    </div>
  );
}
