import { memo, useLayoutEffect, useRef } from 'react';
import { graticule } from '#shared/beamsEye/graticule.ts';
import { limiters } from '#shared/beamsEye/limiters.ts';
import { joined, turnDrawing } from '#shared/beamsEye/shapes.ts';
import { css } from '#renderer/viewports/painters/ink.ts';
import { placementOf } from '#renderer/viewports/beamsEye/placement.ts';
import { paintDrawing } from '#renderer/viewports/beamsEye/shapePainter.ts';
import { shownBeam, wholeField } from '#renderer/viewports/beamsEye/shownBeam.ts';
import { shadowsOf } from '#renderer/viewports/beamsEye/structureShadows.ts';
import type { Beam, Plan } from '#shared/model/plan.ts';
import type { Roi, StructureSet } from '#shared/model/structures.ts';

const SIZE = 268;

interface BeamsEyeViewProps {
  readonly plan: Plan;
  readonly beam: Beam;
  readonly structures: StructureSet;
}

/** What the selected beam sees, small: target, leaves, jaws at the isocenter plane from the source, the patient upright. */
export const BeamsEyeView = memo(function BeamsEyeView({ plan, beam, structures }: BeamsEyeViewProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const target = targetOf(plan, structures);
  // In the frame of what it shows, not in one of its own after it.
  useLayoutEffect(() => {
    const ratio = window.devicePixelRatio;
    const context = canvas.current?.getContext('2d', { willReadFrequently: true });
    const shown = shownBeam(plan, beam.number, 0);
    if (canvas.current === null || context === null || context === undefined || shown === undefined) return;
    canvas.current.width = SIZE * ratio;
    canvas.current.height = SIZE * ratio;
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.fillStyle = '#05080c';
    context.fillRect(0, 0, SIZE, SIZE);
    const look = wholeField(shown.control);
    const place = placementOf(look, SIZE, SIZE);
    const { cast } =
      shown.frame === undefined || target === undefined
        ? { cast: [] }
        : shadowsOf([target], shown.frame, beam.sourceAxisDistance, 0);
    paintDrawing(context, place, {
      shapes: cast.map(({ roi, rings }) => ({ rings, closed: true, line: css(roi.color), fill: css(roi.color, 0.5) })),
      marks: [],
    });
    // The names of the axes stand at their ends: room for them inside the edge.
    const drawing = joined(limiters(beam, shown.control, 2 * look.reach), graticule(0.88 * look.reach));
    paintDrawing(context, place, turnDrawing(drawing, shown.control.collimator));
  }, [plan, beam, target]);
  return <canvas ref={canvas} className="bev" data-testid="bev" aria-label={`beam’s-eye view of ${beam.name}`} />;
}, looksTheSame);

const targetOf = ({ prescription }: Plan, { rois }: StructureSet): Roi | undefined =>
  rois.find(({ number }) => number === prescription?.targetRoiNumber);

/** Weights, monitor units and other beams change nothing that is seen here. */
function looksTheSame(before: BeamsEyeViewProps, now: BeamsEyeViewProps): boolean {
  const [a, b] = [before.beam, now.beam];
  return (
    a.number === b.number &&
    a.name === b.name &&
    a.sourceAxisDistance === b.sourceAxisDistance &&
    a.controlPoints === b.controlPoints &&
    a.devices === b.devices &&
    a.blocks === b.blocks &&
    a.wedges === b.wedges &&
    before.plan.patientPosition === now.plan.patientPosition &&
    targetOf(before.plan, before.structures) === targetOf(now.plan, now.structures)
  );
}
