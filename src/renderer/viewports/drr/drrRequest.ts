import type { DepthWindow } from '#shared/drr/depthWindow.ts';
import type { TissueWeights } from '#shared/drr/attenuation.ts';
import type { DrrTone } from '#shared/drr/tone.ts';
import type { DrrView } from '#shared/drr/view.ts';
import type { ImageVolume } from '#shared/model/image.ts';

/** A radiograph as a page wants it. */
export interface DrrRequest {
  readonly ct: ImageVolume;
  /** Its image plane is at the isocenter, or wherever `sid` says. */
  readonly view: Omit<DrrView, 'size' | 'spacing' | 'centre'>;
  /** How mm of the image plane lie on the page: CSS pixels per mm, and where the beam's axis is, from the upper left corner. */
  readonly place: { readonly scale: number; readonly left: number; readonly top: number };
  readonly weights: TissueWeights;
  readonly depth: DepthWindow;
  /** Brightness −1..1 and contrast about the tone chosen from the picture. */
  readonly brightness: number;
  readonly contrast: number;
  /** Who casts: the graphics card where there is a real one, or always one of the two. */
  readonly by: 'automatic' | 'gpu' | 'workers';
}

/** Whether two requests differ in brightness and contrast only: the picture is the same then. */
export function samePicture(a: DrrRequest, b: DrrRequest): boolean {
  const geometry = ({ view, place, weights, depth, by }: DrrRequest): string =>
    JSON.stringify([view, place, weights, by, String(depth.near), String(depth.far)]);
  return a.ct === b.ct && geometry(a) === geometry(b);
}

/** The tone with black and white moved: brighter is both lower, more contrast both nearer to the middle. */
export function adjusted({ black, white }: DrrTone, { brightness, contrast }: DrrRequest): DrrTone {
  const [middle, half] = [(black + white) / 2 - (brightness * (white - black)) / 2, (white - black) / 2 / contrast];
  return { black: middle - half, white: middle + half };
}

/** How finely a picture is cast: the most pixels it may have, and up to which size (mm) voxels are pooled. */
export interface DrrFineness {
  readonly pixels: number;
  readonly voxel: number;
}

/** While the hand moves, and when it has rested. */
export const MOVING: DrrFineness = { pixels: 512 * 512, voxel: 2 };
export const RESTING: DrrFineness = { pixels: 1024 * 1024, voxel: 0 };

/** For the tone of a picture that the graphics card paints. */
export const TONE: DrrFineness = { pixels: 128 * 128, voxel: MOVING.voxel };

/** The view that fills a canvas of so many CSS pixels at `ratio` device pixels each, as finely as allowed. */
export function viewFilling(
  { view, place }: Pick<DrrRequest, 'view' | 'place'>,
  width: number,
  height: number,
  ratio: number,
  { pixels }: Pick<DrrFineness, 'pixels'>,
): DrrView {
  const density = Math.min(ratio, Math.sqrt(pixels / (width * height)));
  const size = [Math.max(1, Math.round(width * density)), Math.max(1, Math.round(height * density))] as const;
  return {
    ...view,
    size,
    spacing: [width / size[0] / place.scale, height / size[1] / place.scale],
    centre: [(width / 2 - place.left) / place.scale, (place.top - height / 2) / place.scale],
  };
}
