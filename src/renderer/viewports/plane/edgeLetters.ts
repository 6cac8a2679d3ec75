import { scale, type Vec3 } from '#shared/geometry/vec.ts';
import { orientationLetters } from './orientation.ts';
import type { PlaneView } from './planeView.ts';

/** At each edge of a canvas the directions of the patient that lie towards it; `top` px at the upper edge are left to other things. */
export function paintEdgeLetters(
  context: CanvasRenderingContext2D,
  { right, down, width, height }: Pick<PlaneView, 'right' | 'down' | 'width' | 'height'>,
  top = 0,
): void {
  context.save();
  context.font = '700 14px system-ui, sans-serif';
  context.textBaseline = 'middle';
  const letter = (direction: Vec3, x: number, y: number, align: CanvasTextAlign): void => {
    const text = orientationLetters(direction);
    context.textAlign = align;
    context.lineWidth = 4;
    context.lineJoin = 'round';
    context.strokeStyle = '#000c';
    context.strokeText(text, x, y);
    context.fillStyle = '#ffe27a';
    context.fillText(text, x, y);
  };
  letter(scale(right, -1), 8, height / 2, 'left');
  letter(right, width - 8, height / 2, 'right');
  letter(scale(down, -1), width / 2, top + 12, 'center');
  letter(down, width / 2, height - 12, 'center');
  context.restore();
}
