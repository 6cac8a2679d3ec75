import { useEffect, useState } from 'react';
import { useRunning } from '#renderer/commands/runningStore.ts';
import { useDocument } from '#renderer/document/store.ts';
import { Button } from '#renderer/kit/Button.tsx';
import { Checkbox } from '#renderer/kit/Checkbox.tsx';
import { Field } from '#renderer/kit/Field.tsx';
import { Panel } from '#renderer/kit/Panel.tsx';
import { Select } from '#renderer/kit/Select.tsx';
import { toast } from '#renderer/kit/toast.ts';
import { setActiveTool, useActiveTool } from '#renderer/viewports/activeTool.ts';
import { registerPainter, requestRepaint } from '#renderer/viewports/overlayRegistry.ts';
import { errorWords } from '#shared/contract/errors.ts';
import { registerAutomatically } from './automaticRegistration.ts';
import { boxOfRoi, regionPainter, regionTool } from './region.ts';
import { targetOf, useRegistering } from './registering.ts';

/** Around a structure, mm: what it borders on is what registration sees. */
const ROI_MARGIN = 10;

/** Rigid registration by the images: in a region or everywhere, from here or from anywhere. */
export function AutomaticPanel() {
  const document = useDocument((state) => state.document);
  const region = useRegistering((state) => state.region);
  const working = useRunning((state) => state.work !== null);
  const tool = useActiveTool();
  const [fromHere, setFromHere] = useState(false);
  const [choice, setChoice] = useState('all');
  useEffect(() => {
    const remove = registerPainter(regionPainter);
    return () => {
      remove();
      useRegistering.setState({ region: null });
    };
  }, []);
  if (document?.secondary === undefined || targetOf(document) === undefined) return null;
  if (document.secondary.frameOfReferenceUid === document.primary.frameOfReferenceUid) return null;
  const rois = document.structures.rois.filter(({ contours }) => contours.length > 0);
  const choose = (value: string): void => {
    setChoice(value);
    setActiveTool(value === 'drawn' ? regionTool() : null);
    const roi = rois.find(({ number }) => String(number) === value);
    useRegistering.setState({ region: roi === undefined ? null : boxOfRoi(roi, ROI_MARGIN) });
    requestRepaint();
  };
  const start = async (): Promise<void> => {
    try {
      await registerAutomatically(fromHere);
    } catch (error) {
      toast(errorWords(error), 'error');
    }
  };
  return (
    <Panel title="Automatic">
      <Field label="Look at">
        <Select
          aria-label="region of the registration"
          data-testid="registration-region"
          value={choice}
          options={[
            { value: 'all', label: 'the whole image' },
            { value: 'drawn', label: 'a box drawn on the planes' },
            ...rois.map(({ number, name }) => ({ value: String(number), label: `box of ${name} + ${ROI_MARGIN} mm` })),
          ]}
          onChange={choose}
        />
      </Field>
      {choice === 'drawn' && (
        <div className="button-row">
          <Button
            pressed={tool?.id === 'region'}
            onClick={() => setActiveTool(tool?.id === 'region' ? null : regionTool())}
          >
            Draw
          </Button>
          <span className="hint">{region === null ? 'Drag on a plane, then on another.' : sizeOf(region)}</span>
        </div>
      )}
      <Checkbox checked={fromHere} onChange={setFromHere}>
        Start from where it lies now
      </Checkbox>
      <div className="button-row">
        <Button kind="primary" data-testid="register-automatically" disabled={working} onClick={() => void start()}>
          Register
        </Button>
      </div>
    </Panel>
  );
}

const sizeOf = ({ min, max }: { readonly min: readonly number[]; readonly max: readonly number[] }): string =>
  `${max.map((value, axis) => (value - min[axis]).toFixed(0)).join(' × ')} mm`;
