import { type DrrTone, greyPixels, toneOf } from '#shared/drr/tone.ts';
import type { RtImage } from '#shared/model/rtImage.ts';

/** Paints an RT Image in its own window (or one chosen from its values), with beam axis and jaws where it says where they are. */
export function paintRtImage(canvas: HTMLCanvasElement, image: RtImage): void {
  [canvas.width, canvas.height] = image.size;
  const context = canvas.getContext('2d');
  if (context === null) return;
  const { window } = image;
  const tone: DrrTone =
    window === undefined
      ? toneOf(image.data)
      : { black: window.center - window.width / 2, white: window.center + window.width / 2 };
  context.putImageData(new ImageData(greyPixels(image.data, tone), ...image.size), 0, 0);
  const place = placeOf(image);
  if (place === undefined) return;
  context.lineWidth = Math.max(1, image.size[0] / 400);
  context.strokeStyle = '#ff5a5a';
  context.beginPath();
  const [x, y] = place(0, 0);
  const arm = image.size[0] / 30;
  context.moveTo(x - arm, y);
  context.lineTo(x + arm, y);
  context.moveTo(x, y - arm);
  context.lineTo(x, y + arm);
  context.stroke();
  const corners = jawCorners(image);
  if (corners.length === 0) return;
  context.strokeStyle = '#ffd666';
  context.beginPath();
  for (const corner of corners) context.lineTo(...place(...corner));
  context.closePath();
  context.stroke();
}

/**
 * Pixel of a place in the gantry's axes, mm in the image plane, for a receptor that stands upright on the beam axis; undefined where the image does
 * not say where it is.
 */
export function placeOf(image: RtImage): ((x: number, y: number) => [number, number]) | undefined {
  const { spacing, firstPixel, orientation, plane, receptorAngle, receptorTranslation } = image;
  const upright = orientation === undefined || orientation.join() === '1,0,0,0,-1,0';
  if (spacing === undefined || firstPixel === undefined || receptorAngle === undefined) return undefined;
  if (!upright || plane === 'NON_NORMAL') return undefined;
  const [c, s] = [Math.cos((receptorAngle * Math.PI) / 180), Math.sin((receptorAngle * Math.PI) / 180)];
  const [left, low] = receptorTranslation ?? [0, 0];
  return (x, y) => {
    const [dx, dy] = [x - left, y - low];
    const [across, up] = [dx * c + dy * s, dy * c - dx * s];
    return [(across - firstPixel[0]) / spacing[0] + 0.5, (firstPixel[1] - up) / spacing[1] + 0.5];
  };
}

/** The corners of the field in the gantry's axes, mm in the image plane; none where jaws, angle or distances are not stated. */
export function jawCorners({ exposures, sad, sid, collimator }: RtImage): (readonly [number, number])[] {
  const [exposure] = exposures;
  const jaw = (axis: 'X' | 'Y'): readonly number[] | undefined =>
    exposure?.devices.find(({ type }) => type === axis || type === `ASYM${axis}`)?.positions;
  const [x, y] = [jaw('X'), jaw('Y')];
  const angle = exposure?.collimator ?? collimator;
  if (x === undefined || y === undefined || sad === undefined || sid === undefined || angle === undefined) return [];
  const turn = (angle * Math.PI) / 180;
  const [c, s] = [(Math.cos(turn) * sid) / sad, (Math.sin(turn) * sid) / sad];
  const corners = [
    [x[0], y[0]],
    [x[1], y[0]],
    [x[1], y[1]],
    [x[0], y[1]],
  ] as const;
  return corners.map(([a, b]) => [a * c - b * s, a * s + b * c]);
}
