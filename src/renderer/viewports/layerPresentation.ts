import type { ImageLayer } from './layers.ts';
import type { LayerPresentation } from './imageEngine.ts';

/** A layer's look in stored values: window limits are center ∓ width/2 (PS3.3 C.11.2.1.2.1) before the rescale. */
export function presentationOf(layer: ImageLayer): LayerPresentation {
  const { window, image } = layer;
  const stored = (value: number): number => (value - image.intercept) / image.slope;
  return {
    lower: stored(window.center - window.width / 2),
    upper: stored(window.center + window.width / 2),
    opacity: layer.opacity,
    visible: layer.visible,
    colormap: layer.colormap,
  };
}
