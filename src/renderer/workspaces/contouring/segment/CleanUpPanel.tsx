import { useState } from 'react';
import { fillHoles } from '#renderer/commands/contouring/segment/fillHoles.ts';
import { segmentHollow } from '#renderer/commands/contouring/segment/segmentHollow.ts';
import { smoothRoi } from '#renderer/commands/contouring/segment/smoothRoi.ts';
import { specksOff } from '#renderer/commands/contouring/segment/specksOff.ts';
import { useRunning } from '#renderer/commands/runningStore.ts';
import { run } from '#renderer/commands/useShortcuts.ts';
import { useDocument } from '#renderer/document/store.ts';
import { Button } from '#renderer/kit/Button.tsx';
import { Field } from '#renderer/kit/Field.tsx';
import { FoldPanel } from '#renderer/kit/FoldPanel.tsx';
import { NumberInput } from '#renderer/kit/NumberInput.tsx';
import { useContouring } from '#renderer/tools/contourStore.ts';
import { useView } from '#renderer/viewports/viewStore.ts';
import type { ImageVolume } from '#shared/model/image.ts';
import type { Roi } from '#shared/model/structures.ts';
import { patientToIndex } from '#shared/geometry/volume.ts';
import './segment.css';
import { CutOff } from './CutOff.tsx';

/** The slice under the crosshair. */
const sliceHere = (image: ImageVolume): number => Math.round(patientToIndex(image, useView.getState().crosshair)[2]);

/** The selected structure smoothed, filled, rid of specks, cropped or hollowed; each an undoable step. */
export function CleanUpPanel() {
  const image = useDocument((state) => state.document?.primary);
  const rois = useDocument((state) => state.document?.structures.rois);
  const activeRoi = useContouring((state) => state.activeRoi);
  const roi = rois?.find(({ number }) => number === activeRoi);
  return (
    <FoldPanel title="Clean up" open data-testid="clean-up-panel">
      {image === undefined || roi === undefined || roi.contours.length === 0 ? (
        <p className="hint">Select a structure with contours.</p>
      ) : (
        <CleanUp roi={roi} image={image} />
      )}
    </FoldPanel>
  );
}

function CleanUp({ roi: { number }, image }: { readonly roi: Roi; readonly image: ImageVolume }) {
  const busy = useRunning((state) => state.work !== null);
  const [sigma, setSigma] = useState(2);
  const [smallest, setSmallest] = useState(0.5);
  const [wall, setWall] = useState(3);
  const smoothHere = (): void => {
    const here = sliceHere(image);
    void run(smoothRoi, number, { sigma, dimension: 2, slices: [here, here] });
  };
  return (
    <div className="clean-up">
      <Field label="Smooth">
        <NumberInput
          aria-label="width of the smoothing"
          data-testid="smooth-sigma"
          value={sigma}
          min={0.3}
          max={20}
          step={0.5}
          unit="mm"
          onChange={setSigma}
        />
        <Button
          data-testid="smooth-3d"
          disabled={busy}
          title="In space; the volume stays"
          onClick={() => void run(smoothRoi, number, { sigma, dimension: 3 })}
        >
          3-D
        </Button>
        <Button
          data-testid="smooth-slice"
          disabled={busy}
          title="The slice under the crosshair only"
          onClick={smoothHere}
        >
          Slice
        </Button>
      </Field>
      <Field label="Fill holes">
        <Button
          data-testid="fill-2d"
          disabled={busy}
          title="Every hole on every slice"
          onClick={() => void run(fillHoles, number, { dimension: 2 })}
        >
          2-D
        </Button>
        <Button
          data-testid="fill-3d"
          disabled={busy}
          title="Only cavities closed on all sides"
          onClick={() => void run(fillHoles, number, { dimension: 3 })}
        >
          3-D
        </Button>
      </Field>
      <Field label="Specks <">
        <NumberInput
          aria-label="smallest part"
          data-testid="specks-smallest"
          value={smallest}
          min={0.001}
          max={1000}
          step={0.1}
          decimals={2}
          unit="cm³"
          onChange={setSmallest}
        />
        <Button
          data-testid="specks-off"
          disabled={busy}
          title="Parts that no slice joins to larger ones"
          onClick={() => void run(specksOff, number, { smallest })}
        >
          Remove
        </Button>
      </Field>
      <Field label="">
        <Button
          data-testid="specks-largest"
          disabled={busy}
          title="All parts but the largest go"
          onClick={() => void run(specksOff, number, { keep: 1 })}
        >
          Only the largest part
        </Button>
      </Field>
      <CutOff roiNumber={number} image={image} busy={busy} />
      <Field label="Hollow">
        <NumberInput aria-label="thickness of the wall" value={wall} min={0.5} max={100} unit="mm" onChange={setWall} />
        <Button
          data-testid="hollow"
          disabled={busy}
          title="Only the wall stays"
          onClick={() => void run(segmentHollow, number, wall)}
        >
          Hollow
        </Button>
      </Field>
    </div>
  );
}
