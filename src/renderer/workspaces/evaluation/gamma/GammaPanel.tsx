import { useEffect, useRef, useState } from 'react';
import { gammaInWorker } from '#renderer/compute/doses/frontend.ts';
import { useDocument } from '#renderer/document/store.ts';
import { Button } from '#renderer/kit/Button.tsx';
import { Checkbox } from '#renderer/kit/Checkbox.tsx';
import { Field } from '#renderer/kit/Field.tsx';
import { FoldPanel } from '#renderer/kit/FoldPanel.tsx';
import { NumberInput } from '#renderer/kit/NumberInput.tsx';
import { Progress } from '#renderer/kit/Progress.tsx';
import { Select } from '#renderer/kit/Select.tsx';
import { registerPainter, requestRepaint } from '#renderer/viewports/overlayRegistry.ts';
import { firstDose, secondDose } from '#renderer/viewports/painters/dose/comparedDoses.ts';
import { errorWords } from '#shared/contract/errors.ts';
import { useDoseOptions, useShownDoses } from '../compare/useShownDoses.ts';
import { gammaPainter, stands } from './gammaPainter.ts';
import { useGamma } from './gammaStore.ts';

/** Criteria of the panel; TG-218's 3 %/2 mm global from 10 % (Miften et al., Med. Phys. 45 (2018) e53). */
const DEFAULTS = { dd: 3, dta: 2, threshold: 10, local: false, inPlane: false };

/** Gamma of one dose of the list against another. */
export function GammaPanel() {
  const document = useDocument((state) => state.document);
  const doses = useShownDoses();
  const options = useDoseOptions();
  const { result, visible } = useGamma();
  const [criteria, setCriteria] = useState(DEFAULTS);
  const [keys, setKeys] = useState<{ readonly reference?: string; readonly evaluated?: string }>({});
  const [run, setRun] = useState<{ readonly progress?: number; readonly error?: string }>({});
  const abort = useRef<AbortController>(null);
  useEffect(() => {
    const stops = [registerPainter(gammaPainter), useGamma.subscribe(requestRepaint)];
    return () => {
      for (const stop of stops) stop();
      abort.current?.abort();
    };
  }, []);
  const of = (key: string | undefined) => doses.find((one) => one.key === key);
  const reference = of(keys.reference) ?? (document === null ? undefined : firstDose(document));
  const evaluated =
    of(keys.evaluated) ??
    (document === null ? undefined : secondDose(document)) ??
    doses.find(({ key }) => key !== reference?.key);
  const compute = async (): Promise<void> => {
    if (reference === undefined || evaluated === undefined) return;
    const control = new AbortController();
    abort.current = control;
    setRun({ progress: 0 });
    try {
      const normalization =
        reference.prescribed !== undefined && reference.prescribed > 0 ? reference.prescribed : undefined;
      const used = { ...criteria, normalization };
      const found = await gammaInWorker(
        { reference: reference.dose, evaluated: evaluated.dose, criteria: used },
        { signal: control.signal, onProgress: (progress) => setRun({ progress }) },
      );
      useGamma.setState({ result: { ...found, reference, evaluated, criteria: used }, visible: true });
      setRun({});
    } catch (error) {
      setRun(control.signal.aborted ? {} : { error: errorWords(error) });
    }
  };
  if (reference === undefined || evaluated === undefined || reference.key === evaluated.key)
    return (
      <FoldPanel title="Gamma" data-testid="gamma-panel">
        <p className="hint">Gamma needs two doses.</p>
      </FoldPanel>
    );
  const number = (name: 'dd' | 'dta' | 'threshold', label: string, unit: string, min: number) => (
    <Field label={label}>
      <NumberInput
        aria-label={`gamma ${label}`}
        data-testid={`gamma-${name}`}
        value={criteria[name]}
        min={min}
        max={100}
        unit={unit}
        onChange={(value) => setCriteria({ ...criteria, [name]: value })}
      />
    </Field>
  );
  const current = result !== null && document !== null && stands(document, result) ? result : null;
  return (
    <FoldPanel title="Gamma" data-testid="gamma-panel">
      <Field label="Reference">
        <Select
          aria-label="reference dose"
          data-testid="gamma-reference"
          value={reference.key}
          options={options}
          onChange={(key) => setKeys({ ...keys, reference: key })}
        />
      </Field>
      <Field label="Evaluated">
        <Select
          aria-label="evaluated dose"
          data-testid="gamma-evaluated"
          value={evaluated.key}
          options={options.map((option) => ({ ...option, disabled: option.value === reference.key }))}
          onChange={(key) => setKeys({ ...keys, evaluated: key })}
        />
      </Field>
      {number(
        'dd',
        'Dose',
        criteria.local ? '% of each point' : reference.prescribed ? '% of prescription' : '% of maximum',
        0.1,
      )}
      {number('dta', 'Distance', 'mm', 0.1)}
      {number('threshold', 'From', '% of maximum', 0)}
      <div className="button-row">
        <Checkbox checked={criteria.local} onChange={(local) => setCriteria({ ...criteria, local })}>
          Local
        </Checkbox>
        <Checkbox checked={criteria.inPlane} onChange={(inPlane) => setCriteria({ ...criteria, inPlane })}>
          In the slices only (2-D)
        </Checkbox>
      </div>
      <Button data-testid="compute-gamma" disabled={run.progress !== undefined} onClick={() => void compute()}>
        Compute gamma
      </Button>
      {run.progress !== undefined && (
        <Progress label="Gamma" value={run.progress} onCancel={() => abort.current?.abort()} />
      )}
      {run.error !== undefined && <p className="error-text">{run.error}</p>}
      {result !== null && current === null && (
        <p className="warning-text">One of the doses has changed since: compute it again.</p>
      )}
      {current !== null && (
        <div data-testid="gamma-result">
          <p className="big-number">
            {current.passRate.toFixed(1)} % <small>of {current.n} points pass</small>
          </p>
          <p className="hint">
            {current.evaluated.name} against {current.reference.name}: {current.criteria.dd} %{' '}
            {current.criteria.local ? 'local' : 'global'}
            {!current.criteria.local && current.criteria.normalization !== undefined
              ? ` of ${current.criteria.normalization.toFixed(2)} Gy`
              : ''}
            , {current.criteria.dta} mm, from {current.criteria.threshold} % of the maximum
            {current.criteria.inPlane ? ', in the slices' : ', in space'}. Mean {current.mean.toFixed(2)}, largest{' '}
            {current.max >= 2 ? '≥ 2' : current.max.toFixed(2)}.
          </p>
          {current.warnings.map((warning) => (
            <p key={warning} className="warning-text">
              {warning}
            </p>
          ))}
          <Checkbox checked={visible} onChange={(show) => useGamma.setState({ visible: show })}>
            On the planes
          </Checkbox>
        </div>
      )}
    </FoldPanel>
  );
}
