import { create } from 'zustand';
import type { Mat4 } from '#shared/geometry/affine.ts';
import { moveGrid, type Volume } from '#shared/geometry/volume.ts';
import type { ImageVolume } from '#shared/model/image.ts';
import { BLEND, type Comparison } from '../compare/comparison.ts';
import type { DoseWashOptions } from './doseWash.ts';
import { moveVolume, registerVolume, releaseVolume } from './gpuVolumes.ts';
import { requestRepaint } from '../overlayRegistry.ts';
import { resetView } from '../viewStore.ts';

export interface Window {
  readonly center: number;
  readonly width: number;
}

/** An image on screen: its GPU volume, where it lies in the primary's frame, and how it is coloured. */
export interface ImageLayer {
  readonly image: ImageVolume;
  readonly volumeId: string;
  /** In the image's own unit. */
  readonly window: Window;
  readonly colormap?: string;
  readonly opacity: number;
  readonly visible: boolean;
}

export interface LayerState {
  readonly primary: ImageLayer | null;
  readonly secondary: ImageLayer | null;
  /** How the second image is shown against the first. */
  readonly comparison: Comparison;
  readonly doseWash: { readonly dose: Volume<Float32Array>; readonly options: DoseWashOptions } | null;
}

/** What the planes show; view state, never undoable. */
export const useLayers = create<LayerState>(() => ({
  primary: null,
  secondary: null,
  comparison: BLEND,
  doseWash: null,
}));

/** Shows `image` as the primary of all planes and resets the views; null clears everything. */
export function showPrimary(image: ImageVolume | null): void {
  const before = useLayers.getState();
  if (before.primary?.image === image) return;
  showSecondary(null);
  const primary: ImageLayer | null =
    image === null ? null : { image, volumeId: registerVolume(image), window: image.window, opacity: 1, visible: true };
  useLayers.setState({ primary, doseWash: null });
  resetView(image);
  if (before.primary !== null) releaseLater(before.primary.volumeId);
}

const SECONDARY_COLORMAP: Readonly<Record<string, string>> = { PT: 'Hot metal', MR: 'Grey', CT: 'Green' };

/** Fuses `image` over the primary, moved by `toPrimary` (LPS of its frame → LPS of the primary's); null removes it. */
export function showSecondary(image: ImageVolume | null, toPrimary?: Mat4): void {
  const before = useLayers.getState().secondary;
  if (image === null) {
    useLayers.setState({ secondary: null });
    if (before !== null) releaseLater(before.volumeId);
    return;
  }
  const placed = toPrimary === undefined ? image : moveGrid(image, toPrimary);
  if (before !== null && before.image.data === image.data) {
    moveVolume(before.volumeId, placed);
    useLayers.setState({ secondary: { ...before, image: placed } });
    return;
  }
  // One image after another of the same kind is looked at in the same way.
  const alike = before?.image.modality === image.modality ? before : undefined;
  const secondary: ImageLayer = {
    image: placed,
    volumeId: registerVolume(placed),
    window: alike !== undefined && image.unit !== '' && alike.image.unit === image.unit ? alike.window : image.window,
    colormap: alike?.colormap ?? SECONDARY_COLORMAP[image.modality] ?? 'Hot',
    opacity: alike?.opacity ?? 0.5,
    visible: true,
  };
  useLayers.setState({ secondary });
  if (before !== null) releaseLater(before.volumeId);
}

/** The planes drop a volume in their next update; its memory goes after that. */
function releaseLater(volumeId: string): void {
  setTimeout(() => releaseVolume(volumeId), 1000);
}

/** Changes window, opacity, colour map or visibility of a layer. */
export function adjustLayer(
  which: 'primary' | 'secondary',
  change: Partial<Pick<ImageLayer, 'window' | 'opacity' | 'colormap' | 'visible'>>,
): void {
  const layer = useLayers.getState()[which];
  if (layer !== null) useLayers.setState({ [which]: { ...layer, ...change } });
}

/** Changes how the second image is shown against the first. */
export function compareBy(change: Partial<Comparison>): void {
  useLayers.setState(({ comparison }) => ({ comparison: { ...comparison, ...change } }));
  requestRepaint();
}

/** Colour wash of a dose (Gy, in the primary's frame) on all planes, under isodoses and contours; null removes it. */
export function setDoseWash(dose: Volume<Float32Array> | null, options: DoseWashOptions): void {
  if (dose === null && useLayers.getState().doseWash === null) return;
  useLayers.setState({ doseWash: dose === null ? null : { dose, options } });
  requestRepaint();
}
