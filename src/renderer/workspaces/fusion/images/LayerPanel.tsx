import { Button } from '#renderer/kit/Button.tsx';
import { Field } from '#renderer/kit/Field.tsx';
import { NumberInput } from '#renderer/kit/NumberInput.tsx';
import { Panel } from '#renderer/kit/Panel.tsx';
import { adjustLayer, type ImageLayer, useLayers } from '#renderer/viewports/layers/layers.ts';
import { unitWords } from '#renderer/viewports/plane/valueAt.ts';
import { presetsFor } from '#renderer/viewports/layers/windowPresets.ts';

interface LayerPanelProps {
  readonly which: 'primary' | 'secondary';
  readonly title: string;
}

/** Window of one image: presets and numbers. */
export function LayerPanel({ which, title }: LayerPanelProps) {
  const layer = useLayers((state) => state[which]);
  if (layer === null) return null;
  const { image } = layer;
  return (
    <Panel title={title}>
      <p className="layer-name" title={image.seriesInstanceUid}>
        {image.modality} {image.seriesDescription}
        <small className="hint">
          {image.dims.join(' × ')} · {image.spacing.map((mm) => Number(mm.toFixed(3))).join(' × ')} mm
        </small>
      </p>
      <WindowControls which={which} layer={layer} />
    </Panel>
  );
}

export function WindowControls({
  which,
  layer,
}: {
  readonly which: 'primary' | 'secondary';
  readonly layer: ImageLayer;
}) {
  const { window, image } = layer;
  const presets = presetsFor(image);
  const decimals = window.width < 20 ? 2 : 0;
  const same = (a: number, b: number): boolean => Math.abs(a - b) < 1e-6 * Math.max(1, Math.abs(a));
  return (
    <>
      <div className="button-row">
        {presets.map((preset) => (
          <Button
            key={preset.name}
            pressed={same(preset.window.center, window.center) && same(preset.window.width, window.width)}
            onClick={() => adjustLayer(which, { window: preset.window })}
          >
            {preset.name}
          </Button>
        ))}
      </div>
      <Field label="Window">
        <NumberInput
          aria-label={`${which} window width`}
          value={window.width}
          min={1e-6}
          unit={unitWords(image)}
          step={decimals === 0 ? 10 : 0.1}
          decimals={decimals}
          onChange={(width) => adjustLayer(which, { window: { ...window, width } })}
        />
      </Field>
      <Field label="Level">
        <NumberInput
          aria-label={`${which} window level`}
          value={window.center}
          unit={unitWords(image)}
          step={decimals === 0 ? 10 : 0.1}
          decimals={decimals}
          onChange={(center) => adjustLayer(which, { window: { ...window, center } })}
        />
      </Field>
    </>
  );
}
