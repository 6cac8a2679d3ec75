import type { Block } from '#shared/model/accessories.ts';
import type { Beam } from '#shared/model/plan.ts';

/** Millimetres of the isocenter plane to pixels of the view. */
type Place = (x: number, y: number) => [number, number];

const BLOCK = '#ff9d4d';

/** Shielding blocks filled, apertures by what lies outside all of them; the view is a square of `size` pixels. */
export function paintBlocks(
  context: CanvasRenderingContext2D,
  blocks: readonly Block[],
  size: number,
  at: Place,
): void {
  const trace = ({ outline }: Block): void => {
    for (let n = 0; n + 1 < outline.length; n += 2) {
      if (n === 0) context.moveTo(...at(outline[0], outline[1]));
      else context.lineTo(...at(outline[n], outline[n + 1]));
    }
    context.closePath();
  };
  const drawn = blocks.filter(({ outline }) => outline.length >= 6);
  const apertures = drawn.filter(({ type }) => type === 'APERTURE');
  context.fillStyle = 'rgba(255, 157, 77, 0.35)';
  context.strokeStyle = BLOCK;
  context.lineWidth = 1.5;
  for (const [group, whole] of [
    [apertures, true],
    [drawn.filter(({ type }) => type === 'SHIELDING'), false],
  ] as const) {
    if (group.length === 0) continue;
    context.beginPath();
    group.forEach(trace);
    context.stroke();
    if (whole) context.rect(0, 0, size, size);
    context.fill(whole ? 'evenodd' : 'nonzero');
  }
}

/** A wedge seen from its side at the edge of the view (`reach` mm from the axis), for each one that is in. */
export function paintWedges(context: CanvasRenderingContext2D, beam: Beam, reach: number, at: Place): void {
  const positions = beam.controlPoints[0].wedgePositions ?? {};
  for (const { number, angle, orientation } of beam.wedges ?? []) {
    if (positions[number] !== 'IN' || orientation === undefined) continue;
    const turn = (orientation * Math.PI) / 180;
    const place = (across: number, along: number): [number, number] =>
      at(
        reach * (across * Math.cos(turn) - along * Math.sin(turn)),
        reach * (across * Math.sin(turn) + along * Math.cos(turn)),
      );
    context.fillStyle = 'rgba(126, 200, 255, 0.8)';
    context.beginPath();
    context.moveTo(...place(-0.94, -0.5));
    context.lineTo(...place(-0.82, -0.5));
    context.lineTo(...place(-0.82, 0.5));
    context.fill();
    context.font = '11px system-ui, sans-serif';
    context.fillStyle = '#dfe6ee';
    const [x, y] = place(-0.74, -0.42);
    context.fillText(`W${angle ?? ''}`, x - 9, y + 4);
  }
}
