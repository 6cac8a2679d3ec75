import { useState } from 'react';
import { imageSeries } from '#renderer/document/choose.ts';
import type { Fusion } from '#renderer/document/fusion.ts';
import { closeSecondary, openSecondary } from '#renderer/document/openPatient.ts';
import { useDocument } from '#renderer/document/store.ts';
import { Checkbox } from '#renderer/kit/Checkbox.tsx';
import { Field } from '#renderer/kit/Field.tsx';
import { Panel } from '#renderer/kit/Panel.tsx';
import { Progress } from '#renderer/kit/Progress.tsx';
import { Select } from '#renderer/kit/Select.tsx';
import { Slider } from '#renderer/kit/Slider.tsx';
import { toast } from '#renderer/kit/toast.ts';
import { COLORMAPS } from '#renderer/viewports/layers/colormaps.ts';
import { adjustLayer, useLayers } from '#renderer/viewports/layers/layers.ts';
import { errorWords } from '#shared/contract/errors.ts';
import { WindowControls } from './LayerPanel.tsx';
import { SuvField } from './SuvField.tsx';

const NONE = '';
const COLORMAP_OPTIONS = COLORMAPS.map(({ name }) => ({ value: name, label: name }));

/** Which image is fused over the primary, how strongly and in which colours. */
export function SecondImagePanel({ fusion }: { readonly fusion: Fusion }) {
  const document = useDocument((state) => state.document);
  const layer = useLayers((state) => state.secondary);
  const [loading, setLoading] = useState<{ label: string; value?: number } | null>(null);
  if (document === null) return null;
  const choices = imageSeries(document.tree).filter(
    ({ series }) => series.seriesInstanceUid !== document.primary.seriesInstanceUid,
  );
  // A volume made here that the archive does not have.
  const unlisted = choices.some(({ series }) => series.seriesInstanceUid === document.secondary?.seriesInstanceUid)
    ? undefined
    : document.secondary;
  const choose = async (uid: string): Promise<void> => {
    const placed = choices.find(({ series }) => series.seriesInstanceUid === uid);
    if (placed === undefined) {
      if (uid === unlisted?.seriesInstanceUid) return;
      closeSecondary();
      return;
    }
    setLoading({ label: 'Loading…' });
    try {
      await openSecondary(placed, { onProgress: (label, value) => setLoading({ label, value }) });
    } catch (error) {
      toast(errorWords(error), 'error');
    } finally {
      setLoading(null);
    }
  };
  return (
    <Panel title="Second image">
      <Field label="Image">
        <Select
          aria-label="second image"
          data-testid="second-image"
          value={document.secondary?.seriesInstanceUid ?? NONE}
          disabled={loading !== null || (choices.length === 0 && unlisted === undefined)}
          options={[
            { value: NONE, label: choices.length === 0 ? 'no other image' : 'none' },
            ...(unlisted === undefined
              ? []
              : [
                  {
                    value: unlisted.seriesInstanceUid,
                    label: `${unlisted.modality} ${unlisted.seriesDescription} (not saved)`,
                  },
                ]),
            ...choices.map(({ series }) => ({
              value: series.seriesInstanceUid,
              label: `${series.modality} ${series.seriesDescription} (${series.instanceCount})`,
            })),
          ]}
          onChange={(uid) => void choose(uid)}
        />
      </Field>
      {loading !== null && <Progress label={loading.label} value={loading.value} />}
      {fusion.kind === 'fused' && layer !== null && (
        <>
          <Field label="Opacity">
            <Slider
              aria-label="opacity of the second image"
              data-testid="opacity"
              min={0}
              max={1}
              step={0.01}
              value={layer.opacity}
              onChange={(opacity) => adjustLayer('secondary', { opacity })}
            />
            <span className="numeric opacity-value">{Math.round(layer.opacity * 100)} %</span>
          </Field>
          <Field label="Colours">
            <Select
              aria-label="colour map"
              data-testid="colormap"
              value={layer.colormap ?? 'Grey'}
              options={COLORMAP_OPTIONS}
              onChange={(colormap) => adjustLayer('secondary', { colormap })}
            />
          </Field>
          <SuvField image={document.secondary ?? layer.image} />
          <WindowControls which="secondary" layer={layer} />
          <Checkbox checked={layer.visible} onChange={(visible) => adjustLayer('secondary', { visible })}>
            Show
          </Checkbox>
        </>
      )}
      {fusion.kind === 'fused' && (
        <p className="hint" data-testid="fusion-how">
          Fused by {fusion.how}.
        </p>
      )}
      {fusion.kind === 'refused' && <p className="warning-text">{fusion.reason}</p>}
    </Panel>
  );
}
