import { lazy, Suspense, useEffect } from 'react';
import { type PlanningCentre as Centre, showCentre, usePlanningView } from '#renderer/stores/planningView.ts';
import { BeamsEyeViewport } from '#renderer/viewports/beamsEye/BeamsEyeViewport.tsx';
import { installViewPainters } from '#renderer/viewports/plane/crosshairPainter.ts';
import { PlaneViewport } from '#renderer/viewports/plane/PlaneViewport.tsx';
import { TriPlanar } from '#renderer/viewports/plane/TriPlanar.tsx';

/** Code of its own, fetched when somebody looks at it. */
const RoomView = lazy(() => import('#renderer/viewports/scene/room/RoomView.tsx'));

const CENTRES: readonly { readonly centre: Centre; readonly label: string }[] = [
  { centre: 'planes', label: 'Planes' },
  { centre: 'beamsEye', label: 'Beam’s-eye view' },
  { centre: 'room', label: 'Room’s-eye view' },
];

/** The middle of the planning workspace: planes, what the beam sees, or the room, one at a time. */
export function PlanningCentre() {
  const { centre: shown, planesBeside } = usePlanningView();
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
        {shown === 'beamsEye' && (
          <button
            type="button"
            className="beside"
            aria-pressed={planesBeside}
            data-testid="planes-beside"
            title="Axial and coronal plane with the dose beside the beam’s-eye view"
            onClick={() => usePlanningView.setState({ planesBeside: !planesBeside })}
          >
            Planes beside
          </button>
        )}
      </div>
      {shown === 'planes' && <TriPlanar large="axial" />}
      {shown === 'beamsEye' && (planesBeside ? <WithPlanes /> : <BeamsEyeViewport />)}
      {shown === 'room' && (
        <Suspense fallback={<div className="plane plane-empty">Loading the 3-D view…</div>}>
          <RoomView />
        </Suspense>
      )}
    </div>
  );
}

/** What the beam sees large, and the dose of it on two planes. */
function WithPlanes() {
  useEffect(installViewPainters, []);
  return (
    <div className="tri-planar one-large">
      <BeamsEyeViewport />
      <PlaneViewport plane="axial" />
      <PlaneViewport plane="coronal" />
    </div>
  );
}
