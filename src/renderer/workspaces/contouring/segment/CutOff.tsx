import { useState } from 'react';
import { segmentCrop } from '#renderer/commands/contouring/segment/segmentCrop.ts';
import { run } from '#renderer/commands/useShortcuts.ts';
import type { Crop } from '#renderer/compute/segmentation/base.ts';
import { Button } from '#renderer/kit/Button.tsx';
import { Field } from '#renderer/kit/Field.tsx';
import { Select } from '#renderer/kit/Select.tsx';
import { useView } from '#renderer/viewports/viewStore.ts';
import { patientToIndex } from '#shared/geometry/volume.ts';
import type { ImageVolume } from '#shared/model/image.ts';

const SIDES = ['superior', 'inferior', 'left', 'right', 'anterior', 'posterior'] as const;
type Side = (typeof SIDES)[number];

/** LPS axis and the half that stays when a side goes. */
const KEEP: Readonly<Record<Side, readonly [axis: 0 | 1 | 2, keep: 'below' | 'above']>> = {
  superior: [2, 'below'],
  inferior: [2, 'above'],
  left: [0, 'below'],
  right: [0, 'above'],
  anterior: [1, 'above'],
  posterior: [1, 'below'],
};

interface CutOffProps {
  readonly roiNumber: number;
  readonly image: ImageVolume;
  readonly busy: boolean;
}

/** Cuts a structure off at the crosshair, or down to the slice there. */
export function CutOff({ roiNumber, image, busy }: CutOffProps) {
  const [side, setSide] = useState<Side>('superior');
  const cut = (crop: Crop): void => void run(segmentCrop, roiNumber, crop);
  const beyond = (): void => {
    const [axis, keep] = KEEP[side];
    cut({ axis, keep, at: useView.getState().crosshair[axis] });
  };
  const slice = (): void => {
    const k = Math.round(patientToIndex(image, useView.getState().crosshair)[2]);
    cut({ slices: [k, k] });
  };
  return (
    <Field label="Cut off" hint="at the crosshair">
      <Select
        aria-label="side to cut off"
        value={side}
        options={SIDES.map((value) => ({ value, label: value }))}
        onChange={setSide}
      />
      <Button data-testid="cut-off" disabled={busy} title={`What lies ${side} of the crosshair goes`} onClick={beyond}>
        Cut
      </Button>
      <Button kind="quiet" disabled={busy} title="All slices but the one under the crosshair go" onClick={slice}>
        Slice only
      </Button>
    </Field>
  );
}
