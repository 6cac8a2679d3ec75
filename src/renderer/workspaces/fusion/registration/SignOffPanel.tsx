import { placeText } from '#shared/geometry/fixed.ts';
import { useState } from 'react';
import { useRunning } from '#renderer/commands/runningStore.ts';
import type { Fusion } from '#renderer/document/fusion.ts';
import { localIso } from '#renderer/document/objectContext.ts';
import { useDocument } from '#renderer/document/store.ts';
import { Button } from '#renderer/kit/Button.tsx';
import { Field } from '#renderer/kit/Field.tsx';
import { Panel } from '#renderer/kit/Panel.tsx';
import { toast } from '#renderer/kit/toast.ts';
import { errorWords } from '#shared/contract/errors.ts';
import type { Registration } from '#shared/model/registration.ts';
import { DOUBTFUL } from '#shared/registration/quality.ts';
import { judge } from './automaticRegistration.ts';
import { frameNames } from './frameNames.ts';
import { isSaved } from './manualRegistration.ts';
import { labelOf } from './ManualPanel.tsx';
import { motionOf } from './motion.ts';
import { saveRegistration } from './saveRegistration.ts';

/** The numbers by which each registration in use is judged, and who found it good enough to work with. */
export function SignOffPanel({ fusion }: { readonly fusion: Fusion }) {
  const [who, setWho] = useState('');
  if (fusion.kind !== 'fused' || fusion.path.length === 0) return null;
  return (
    <Panel title="Quality and sign-off">
      {fusion.path.map((registration) => (
        <Judged
          key={`${registration.sopInstanceUid} ${registration.movingFrame}`}
          registration={registration}
          who={who}
        />
      ))}
      <Field label="Signed by">
        <input
          aria-label="who signs off"
          data-testid="sign-who"
          value={who}
          onChange={(event) => setWho(event.target.value)}
        />
      </Field>
    </Panel>
  );
}

const attempt = (work: () => Promise<void>): void =>
  void work().catch((error: unknown) => toast(errorWords(error), 'error'));

function Judged({ registration, who }: { readonly registration: Registration; readonly who: string }) {
  const tree = useDocument((state) => state.document?.tree);
  const working = useRunning((state) => state.work !== null);
  const [signing, setSigning] = useState(false);
  if (tree === undefined) return null;
  const names = frameNames(tree);
  const { quality, signedOff, kind, warnings = [] } = registration;
  const sign = async (): Promise<void> => {
    setSigning(true);
    try {
      const label = isSaved(registration) ? registration.label : labelOf(registration);
      await saveRegistration(registration, label, { by: who.trim(), at: localIso(new Date()) });
      toast('Registration signed off and saved', 'success');
    } catch (error) {
      toast(errorWords(error), 'error');
    } finally {
      setSigning(false);
    }
  };
  const motion = kind === 'rigid' ? motionOf(registration.matrix) : undefined;
  return (
    <div className="judged">
      <dl className="numbers">
        <dt>From, to</dt>
        <dd>
          {names(registration.movingFrame)} → {names(registration.fixedFrame)}
        </dd>
        {motion !== undefined && (
          <>
            <dt>Rotation</dt>
            <dd data-testid="quality-rotation">{motion.degrees.toFixed(2)}°</dd>
            <dt>Translation</dt>
            <dd>{placeText(motion.mm)} mm</dd>
          </>
        )}
        {quality !== undefined && (
          <>
            <dt>Quality</dt>
            <dd data-testid="quality-value">{quality.value.toFixed(2)} of 1</dd>
            <dt>{quality.metric}</dt>
            <dd>{quality.metricValue?.toPrecision(4) ?? '–'}</dd>
            {quality.landmarkRms !== undefined && (
              <>
                <dt>Landmarks, RMS</dt>
                <dd>{quality.landmarkRms.toFixed(2)} mm</dd>
              </>
            )}
          </>
        )}
        <dt>Signed off</dt>
        <dd data-testid="signed-off">
          {signedOff === undefined ? 'no' : `${signedOff.by}, ${signedOff.at.replace('T', ' ')}`}
        </dd>
      </dl>
      {warnings.map((warning) => (
        <p key={warning} className="warning-text">
          {warning}
        </p>
      ))}
      {quality !== undefined && quality.value < DOUBTFUL && (
        <p className="warning-text" data-testid="quality-doubtful">
          Quality below {DOUBTFUL}: not to be trusted without a look at it.
        </p>
      )}
      {signedOff === undefined && registration.kind === 'rigid' && (
        <Button data-testid="judge" disabled={working} onClick={() => attempt(() => judge(registration))}>
          Judge by the images
        </Button>
      )}
      {signedOff === undefined && (
        <Button
          data-testid="sign-off"
          disabled={signing || who.trim() === ''}
          title={who.trim() === '' ? 'Write who signs first' : 'Kept with the registration, in a new object'}
          onClick={() => void sign()}
        >
          Sign off and save
        </Button>
      )}
    </div>
  );
}
