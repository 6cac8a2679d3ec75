import type { ImageVolume } from '#shared/model/image.ts';
import { type ImageLayer, useLayers, type Window } from './layers.ts';
import type { LayerPresentation } from './imageEngine.ts';

/** A window in stored values: limits are center ∓ width/2 (PS3.3 C.11.2.1.2.1) before the rescale. */
export function windowLimits(
  image: Pick<ImageVolume, 'slope' | 'intercept'>,
  window: Window,
): { readonly lower: number; readonly upper: number } {
  const stored = (value: number): number => (value - image.intercept) / image.slope;
  return { lower: stored(window.center - window.width / 2), upper: stored(window.center + window.width / 2) };
}

/** A layer's look on the GPU, which blends the second image and leaves every other comparison to its painter. */
export function presentationOf(layer: ImageLayer): LayerPresentation {
  const { secondary, comparison } = useLayers.getState();
  const isSecond = layer.volumeId === secondary?.volumeId;
  return {
    ...windowLimits(layer.image, layer.window),
    opacity: layer.opacity,
    visible: layer.visible && (!isSecond || comparison.mode === 'blend'),
    colormap: layer.colormap,
  };
}
