import { type PointerEvent, useRef } from 'react';
import { steppedAngle } from '#renderer/commands/planning/beams/gantryHandle.ts';
import { keptReason } from '#renderer/commands/planning/beams/keptBeams.ts';
import { dragAngle } from '#renderer/commands/planning/liveBeam.ts';
import { selectBeam } from '#renderer/viewports/painters/beams/beamView.ts';
import type { DraggedNumber } from '#renderer/kit/useDrag.ts';
import { arcOf } from '#shared/dosimetry/plan/arrange/conformalArc.ts';
import type { Beam, Plan } from '#shared/model/plan.ts';

const SIZE = 140;
const RADIUS = 48;
const MIDDLE = SIZE / 2;

/** A place on the dial: 0° on top, rising clockwise, as one sees the gantry from the couch's end. */
const place = (degrees: number, radius: number): [number, number] => {
  const angle = (degrees * Math.PI) / 180;
  return [MIDDLE + radius * Math.sin(angle), MIDDLE - radius * Math.cos(angle)];
};

/** The sweep of an arc on the dial. */
function sweepPath(beam: Beam): string | undefined {
  const arc = arcOf(beam);
  if (arc === undefined) return undefined;
  const clockwise = (((arc.stop - arc.start) % 360) + 360) % 360 || 360;
  const length = arc.direction === 'CW' ? clockwise : 360 - clockwise || 360;
  const [x0, y0] = place(arc.start, RADIUS - 9);
  const [x1, y1] = place(arc.stop, RADIUS - 9);
  return `M ${x0} ${y0} A ${RADIUS - 9} ${RADIUS - 9} 0 ${length > 180 ? 1 : 0} ${arc.direction === 'CW' ? 1 : 0} ${x1} ${y1}`;
}

/** The gantry seen from the couch's end: every beam of the plan, and the selected one's knob, which turns it under the hand. */
export function GantryDial({ plan, beam }: { readonly plan: Plan; readonly beam: Beam }) {
  const svg = useRef<SVGSVGElement>(null);
  const held = useRef<DraggedNumber | null>(null);
  const { gantry } = beam.controlPoints[0];
  const kept = keptReason(beam);
  const still = kept === undefined && beam.controlPoints.every((point) => point.gantry === gantry);
  const turn = (event: PointerEvent<SVGSVGElement>): void => {
    const box = svg.current?.getBoundingClientRect();
    if (box === undefined || held.current === null) return;
    const [dx, dy] = [event.clientX - box.left - box.width / 2, event.clientY - box.top - box.height / 2];
    if (Math.hypot(dx, dy) < 6) return;
    const angle = (Math.atan2(dx, -dy) * 180) / Math.PI;
    held.current.change(steppedAngle(angle < 0 ? angle + 360 : angle, event.shiftKey));
  };
  const sweep = sweepPath(beam);
  const [kx, ky] = place(gantry, RADIUS);
  return (
    <div className="gantry-dial">
      <svg
        ref={svg}
        width={SIZE}
        height={SIZE}
        role="slider"
        tabIndex={-1}
        aria-label="gantry dial"
        aria-valuemin={0}
        aria-valuemax={360}
        aria-valuenow={gantry}
        data-testid="gantry-dial"
        className={still ? 'turns' : ''}
        onPointerDown={(event) => {
          if (!still || event.button !== 0) return;
          event.currentTarget.setPointerCapture(event.pointerId);
          held.current = dragAngle(beam.number, 'gantry');
          turn(event);
        }}
        onPointerMove={turn}
        onPointerUp={() => {
          held.current?.end();
          held.current = null;
        }}
        onPointerCancel={() => {
          held.current?.cancel();
          held.current = null;
        }}
      >
        <circle cx={MIDDLE} cy={MIDDLE} r={RADIUS} className="dial-ring" />
        {Array.from({ length: 36 }, (_, n) => {
          const [x0, y0] = place(10 * n, RADIUS - (n % 9 === 0 ? 7 : 3));
          const [x1, y1] = place(10 * n, RADIUS);
          return <line key={n} x1={x0} y1={y0} x2={x1} y2={y1} className="dial-tick" />;
        })}
        {[0, 90, 180, 270].map((degrees) => {
          const [x, y] = place(degrees, RADIUS + 14);
          return (
            <text key={degrees} x={x} y={y + 3} className="dial-text">
              {degrees}
            </text>
          );
        })}
        {plan.beams
          .filter((other) => other !== beam)
          .map((other) => {
            const [x, y] = place(other.controlPoints[0].gantry, RADIUS);
            return (
              <line
                key={other.number}
                x1={MIDDLE}
                y1={MIDDLE}
                x2={x}
                y2={y}
                className="dial-other"
                onPointerDown={(event) => {
                  event.stopPropagation();
                  selectBeam(other.number);
                }}
              >
                <title>{other.name}</title>
              </line>
            );
          })}
        {sweep !== undefined && <path d={sweep} className="dial-sweep" />}
        <line x1={MIDDLE} y1={MIDDLE} x2={kx} y2={ky} className="dial-beam" />
        <circle cx={kx} cy={ky} r={7} className="dial-knob" />
      </svg>
      <div>
        <output className="dial-value">{gantry.toFixed(1)}°</output>
        <p className="hint">
          {still
            ? 'Drag the knob, here or on the axial plane (Shift: tenths).'
            : kept === undefined
              ? 'An arc is changed below.'
              : 'Kept as it is: see below.'}
        </p>
      </div>
    </div>
  );
}
