import { useEffect } from 'react';
import type { Fusion } from '#renderer/document/fusion.ts';
import { useDocument } from '#renderer/document/store.ts';
import { Button } from '#renderer/kit/Button.tsx';
import { Panel } from '#renderer/kit/Panel.tsx';
import { setActiveTool, useActiveTool } from '#renderer/viewports/activeTool.ts';
import { compareBy } from '#renderer/viewports/layers/layers.ts';
import { registerPainter, requestRepaint } from '#renderer/viewports/overlayRegistry.ts';
import { goTo } from '#renderer/viewports/viewStore.ts';
import { landmarksOf, leaveOneOut, removeLandmark, rootMeanSquare, seenLandmarks } from './landmarks.ts';
import { fitToLandmarks } from './landmarkFit.ts';
import { landmarkPainter, landmarkTool, usePicking } from './landmarkTool.ts';
import { useRegistering } from './registering.ts';

/** Registration by pairs of points, and the error that they see in any registration. */
export function LandmarkPanel({ fusion }: { readonly fusion: Fusion }) {
  const document = useDocument((state) => state.document);
  const tool = useActiveTool();
  const pending = usePicking();
  useRegistering();
  useEffect(() => registerPainter(landmarkPainter), []);
  useEffect(requestRepaint, [document]);
  if (document === null || fusion.kind !== 'fused' || fusion.path.length === 0 || fusion.deformation !== undefined)
    return null;
  const seen = attempt(() => seenLandmarks(document)) ?? [];
  const pairs = landmarksOf(document)?.pairs ?? [];
  const picking = tool?.id === 'landmark';
  const loo = leaveOneOut(pairs);
  const togglePicking = (): void => {
    if (!picking) compareBy({ mode: 'side' });
    setActiveTool(picking ? null : landmarkTool());
  };
  return (
    <Panel title="Landmarks">
      <div className="button-row">
        <Button pressed={picking} data-testid="pick-landmarks" onClick={togglePicking}>
          Pick pairs
        </Button>
        <Button
          kind="primary"
          data-testid="fit-landmarks"
          disabled={pairs.length < 3}
          title={pairs.length < 3 ? 'Three pairs or more, not on one line' : undefined}
          onClick={fitToLandmarks}
        >
          Fit
        </Button>
      </div>
      {picking && (
        <p className="hint" data-testid="pick-hint">
          {pending.fixed === undefined
            ? 'Click the place on a plane of the first image'
            : pending.moving === undefined
              ? 'Now the same place on the second image'
              : ''}
          {pending.fixed === undefined && pending.moving !== undefined && ' to complete the pair'}. Unlink the second
          image to scroll and pan it by itself.
        </p>
      )}
      <ul className="object-list">
        {seen.map(({ name, fixed, distance }) => (
          <li key={name} data-testid="landmark-row">
            <Button kind="quiet" title="Show it" onClick={() => goTo(fixed)}>
              {name}
            </Button>
            <span className="object-name numeric" data-testid="landmark-error">
              {distance.toFixed(2)} mm
            </span>
            <Button kind="quiet" onClick={() => removeLandmark(name)}>
              remove
            </Button>
          </li>
        ))}
      </ul>
      {seen.length > 0 && (
        <dl className="numbers">
          <dt>{isFit(fusion) ? 'Residual, RMS' : 'Target error, RMS'}</dt>
          <dd data-testid="landmark-rms">{rootMeanSquare(seen.map(({ distance }) => distance)).toFixed(2)} mm</dd>
          {isFit(fusion) && loo !== undefined && (
            <>
              <dt>Target error, each left out</dt>
              <dd data-testid="landmark-loo">{loo.toFixed(2)} mm</dd>
            </>
          )}
        </dl>
      )}
    </Panel>
  );
}

/** Whether what is shown was fitted to landmarks, which then are no independent witnesses of its error. */
const isFit = (fusion: Fusion): boolean => fusion.kind === 'fused' && fusion.path[0]?.method === 'landmarks';

function attempt<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}
