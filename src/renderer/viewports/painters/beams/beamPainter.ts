import type { Mat4 } from '#shared/geometry/affine.ts';
import { iecFromPatient } from '#shared/geometry/iec.ts';
import { dot, subtract, type Vec3 } from '#shared/geometry/vec.ts';
import type { Beam } from '#shared/model/plan.ts';
import type { Rgb } from '#shared/model/structures.ts';
import { useDocument } from '#renderer/document/store.ts';
import type { OverlayPainter, PlaneView } from '../../plane/planeView.ts';
import { beamLines, cutField } from './beamGeometry.ts';
import { useBeamView } from './beamView.ts';
import { gantryKnob } from './gantryKnob.ts';
import { css, haloText } from '../ink.ts';

const BEAM: Rgb = [255, 214, 102];
const ISOCENTER: Rgb = [255, 90, 90];
/** A central axis nearer to the plane than this along its length lies in it, mm. */
const IN_PLANE = 1;
const CROSS = 7;

/** Isocenter, central axes and jaw-limited fields of the plan's beams where they meet the planes. */
export const beamPainter: OverlayPainter = {
  id: 'beams',
  order: 25,
  paint(context, view) {
    const plan = useDocument.getState().document?.plan;
    const { visible, selected } = useBeamView.getState();
    if (plan === undefined || !visible) return;
    const iecFromLps = iecFromPatient(plan.patientPosition);
    if (iecFromLps === undefined) return;
    context.save();
    const ordered = [...plan.beams].sort((a, b) => Number(a.number === selected) - Number(b.number === selected));
    for (const beam of ordered) paintBeam(context, view, beam, iecFromLps, beam.number === selected);
    paintKnob(context, view);
    for (const beam of plan.beams) paintIsocenter(context, view, beam.controlPoints[0].isocenter);
    context.restore();
  },
};

const distance = (view: PlaneView, point: Vec3): number => Math.abs(dot(subtract(point, view.point), view.normal));

function paintBeam(
  context: CanvasRenderingContext2D,
  view: PlaneView,
  beam: Beam,
  iecFromLps: Mat4,
  selected: boolean,
): void {
  const lines = beamLines(beam, beam.controlPoints[0], iecFromLps);
  const ink = css(BEAM, selected ? 0.95 : 0.45);
  context.strokeStyle = ink;
  context.lineWidth = selected ? 1.5 : 1;
  const outline = cutField(lines.corners, view.point, view.normal);
  if (outline.length > 0) {
    context.beginPath();
    for (const vertex of outline) context.lineTo(...view.toCanvas(vertex));
    context.closePath();
    context.stroke();
  }
  const [entry, exit] = lines.axis;
  if (distance(view, entry) > IN_PLANE || distance(view, exit) > IN_PLANE) return;
  context.setLineDash([8, 3, 2, 3]);
  context.beginPath();
  context.moveTo(...view.toCanvas(entry));
  context.lineTo(...view.toCanvas(exit));
  context.stroke();
  context.setLineDash([]);
  if (!selected) return;
  const [x, y] = labelPlace(view, lines.isocenter, entry);
  haloText(context, `${beam.name}  G${beam.controlPoints[0].gantry.toFixed(1)}°`, x, y, css(BEAM));
}

/** The knob by which the selected beam's gantry is turned. */
function paintKnob(context: CanvasRenderingContext2D, view: PlaneView): void {
  const knob = gantryKnob(view);
  if (knob === undefined) return;
  context.beginPath();
  context.arc(...knob.at, 7, 0, 2 * Math.PI);
  context.fillStyle = css(BEAM, 0.9);
  context.strokeStyle = '#000';
  context.fill();
  context.stroke();
}

/** On the axis towards the source, inside the canvas. */
function labelPlace(view: PlaneView, isocenter: Vec3, entry: Vec3): [number, number] {
  const [ix, iy] = view.toCanvas(isocenter);
  const [ex, ey] = view.toCanvas(entry);
  const reach = Math.min(1, (0.4 * Math.min(view.width, view.height)) / Math.max(1, Math.hypot(ex - ix, ey - iy)));
  return [ix + (ex - ix) * reach + 6, iy + (ey - iy) * reach - 6];
}

/** A full cross on the isocenter's plane, a faint one off it. */
function paintIsocenter(context: CanvasRenderingContext2D, view: PlaneView, isocenter: Vec3): void {
  const [x, y] = view.toCanvas(isocenter);
  context.strokeStyle = css(ISOCENTER, distance(view, isocenter) <= 2 ? 1 : 0.35);
  context.lineWidth = 1.5;
  context.beginPath();
  context.moveTo(x - CROSS, y);
  context.lineTo(x + CROSS, y);
  context.moveTo(x, y - CROSS);
  context.lineTo(x, y + CROSS);
  context.arc(x, y, CROSS * 0.6, 0, 2 * Math.PI);
  context.stroke();
}
