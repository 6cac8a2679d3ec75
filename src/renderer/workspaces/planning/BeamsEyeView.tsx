import { useEffect, useRef } from 'react';
import { jawsOf } from '#renderer/viewports/painters/beamGeometry.ts';
import { css } from '#renderer/viewports/painters/ink.ts';
import { iecFromPatient } from '#shared/geometry/iec.ts';
import type { Beam, Plan } from '#shared/model/plan.ts';
import type { Rgb, StructureSet } from '#shared/model/structures.ts';
import { paintBlocks, paintWedges } from './beamsEyeAccessories.ts';
import { leafRectangles, type Shadow, shadowsOf } from './beamsEyeGeometry.ts';

const SIZE = 268;
/** mm from the axis to the edge of the smallest view, and beyond the jaws. */
const [SMALLEST, BORDER] = [60, 15];

interface BeamsEyeViewProps {
  readonly plan: Plan;
  readonly beam: Beam;
  readonly structures: StructureSet;
}

/** What the selected beam sees at the isocenter plane: target, leaves, jaws; IEC beam-limiting-device axes, seen from the source. */
export function BeamsEyeView({ plan, beam, structures }: BeamsEyeViewProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const target = structures.rois.find(({ number }) => number === plan.prescription?.targetRoiNumber);
  useEffect(() => {
    const ratio = window.devicePixelRatio;
    const context = canvas.current?.getContext('2d');
    if (canvas.current === null || context === null || context === undefined) return;
    canvas.current.width = SIZE * ratio;
    canvas.current.height = SIZE * ratio;
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    paint(context, plan, beam, target);
  }, [plan, beam, target]);
  return <canvas ref={canvas} className="bev" data-testid="bev" aria-label={`beam's eye view of ${beam.name}`} />;
}

type Target = { readonly contours: StructureSet['rois'][number]['contours']; readonly color: Rgb } | undefined;

function paint(context: CanvasRenderingContext2D, plan: Plan, beam: Beam, target: Target): void {
  const control = beam.controlPoints[0];
  const jaws = jawsOf(control);
  const reach = Math.max(SMALLEST, ...(jaws ?? []).map(Math.abs)) + BORDER;
  const scale = SIZE / (2 * reach);
  const at = (x: number, y: number): [number, number] => [SIZE / 2 + x * scale, SIZE / 2 - y * scale];
  const box = ([x1, y1, x2, y2]: readonly [number, number, number, number]): [number, number, number, number] => {
    const [left, top] = at(x1, y2);
    return [left, top, (x2 - x1) * scale, (y2 - y1) * scale];
  };
  context.fillStyle = '#05080c';
  context.fillRect(0, 0, SIZE, SIZE);
  if (jaws !== undefined) {
    context.fillStyle = '#3b3a26';
    context.fillRect(...box([jaws[0], jaws[2], jaws[1], jaws[3]]));
  }
  const iecFromLps = iecFromPatient(plan.patientPosition);
  if (target !== undefined && iecFromLps !== undefined) {
    context.globalAlpha = 0.5;
    context.drawImage(
      shadowLayer(shadowsOf(target.contours, beam, iecFromLps), css(target.color), at),
      0,
      0,
      SIZE,
      SIZE,
    );
    context.globalAlpha = 1;
  }
  context.fillStyle = 'rgba(96, 116, 140, 0.55)';
  context.strokeStyle = '#93a1b3';
  context.lineWidth = 0.5;
  for (const leaf of leafRectangles(beam.devices, control, reach)) {
    context.fillRect(...box(leaf));
    context.strokeRect(...box(leaf));
  }
  if (jaws !== undefined) {
    context.strokeStyle = '#ffd666';
    context.lineWidth = 1.5;
    context.strokeRect(...box([jaws[0], jaws[2], jaws[1], jaws[3]]));
  }
  paintBlocks(context, beam.blocks ?? [], SIZE, at);
  paintWedges(context, beam, reach, at);
  paintAxes(context, reach, at);
}

/** The union of overlapping polygons as one flat colour, to be laid over the view translucently. */
function shadowLayer(
  shadows: readonly Shadow[],
  color: string,
  at: (x: number, y: number) => [number, number],
): OffscreenCanvas {
  const ratio = window.devicePixelRatio;
  const layer = new OffscreenCanvas(SIZE * ratio, SIZE * ratio);
  const context = layer.getContext('2d');
  if (context === null) return layer;
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.fillStyle = color;
  for (const corners of shadows) {
    context.beginPath();
    for (let i = 0; i + 1 < corners.length; i += 2) context.lineTo(...at(corners[i], corners[i + 1]));
    context.fill();
  }
  return layer;
}

function paintAxes(
  context: CanvasRenderingContext2D,
  reach: number,
  at: (x: number, y: number) => [number, number],
): void {
  context.strokeStyle = '#ff5a5a';
  context.lineWidth = 1;
  context.beginPath();
  context.moveTo(...at(-8, 0));
  context.lineTo(...at(8, 0));
  context.moveTo(...at(0, -8));
  context.lineTo(...at(0, 8));
  for (let mm = -Math.floor(reach / 50) * 50; mm <= reach; mm += 50) {
    context.moveTo(...at(mm, -2));
    context.lineTo(...at(mm, 2));
    context.moveTo(...at(-2, mm));
    context.lineTo(...at(2, mm));
  }
  context.stroke();
  context.fillStyle = '#dfe6ee';
  context.font = '11px system-ui, sans-serif';
  context.fillText('X →', SIZE - 28, SIZE / 2 - 6);
  context.fillText('Y ↑', SIZE / 2 + 6, 14);
  context.fillText(`${reach.toFixed(0)} mm`, SIZE - 48, SIZE - 6);
}
