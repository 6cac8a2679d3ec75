import { placeText } from '#shared/geometry/fixed.ts';
import { useEffect, useMemo } from 'react';
import { useDocument } from '#renderer/document/store.ts';
import type { ShownDose } from '#renderer/document/shownDoses.ts';
import { Button } from '#renderer/kit/Button.tsx';
import { FoldPanel } from '#renderer/kit/FoldPanel.tsx';
import { registerPainter, requestRepaint } from '#renderer/viewports/overlayRegistry.ts';
import { haloText } from '#renderer/viewports/painters/ink.ts';
import type { OverlayPainter } from '#renderer/viewports/plane/planeView.ts';
import { goTo, useView } from '#renderer/viewports/viewStore.ts';
import { patientToIndex } from '#shared/geometry/volume.ts';
import { trilinearSampler } from '#shared/geometry/sampler.ts';
import { dot, subtract, type Vec3 } from '#shared/geometry/vec.ts';
import { useShownDoses } from '../compare/useShownDoses.ts';
import { type DosePoint, givenPoints, setPoints, useDosePoints } from './pointStore.ts';

/** Points are drawn on planes nearer than this, mm. */
const NEAR = 2;

const pointPainter: OverlayPainter = {
  id: 'dose-points',
  order: 34,
  paint(context, view) {
    const { document } = useDocument.getState();
    const { patientKey, points } = useDosePoints.getState();
    if (document === null || patientKey !== document.patientKey) return;
    context.save();
    context.textAlign = 'left';
    context.strokeStyle = '#ffe14d';
    context.lineWidth = 1.5;
    for (const { name, at } of points) {
      if (Math.abs(dot(subtract(at, view.point), view.normal)) > NEAR) continue;
      const [x, y] = view.toCanvas(at);
      context.beginPath();
      context.arc(x, y, 4, 0, 2 * Math.PI);
      context.stroke();
      haloText(context, name, x + 7, y - 5, '#ffe14d');
    }
    context.restore();
  },
};

const NONE: readonly DosePoint[] = [];

/** Doses at points: the crosshair, isocenters, marked points and those set by hand; of every plan, beam, sum and opened dose. */
export function PointPanel() {
  const document = useDocument((state) => state.document);
  const crosshair = useView((state) => state.crosshair);
  const { patientKey, points } = useDosePoints();
  const doses = useShownDoses();
  useEffect(() => {
    const stops = [registerPainter(pointPainter), useDosePoints.subscribe(requestRepaint)];
    return () => {
      for (const stop of stops) stop();
    };
  }, []);
  const samplers = useMemo(() => doses.map((shown) => ({ shown, sample: trilinearSampler(shown.dose) })), [doses]);
  if (document === null) return null;
  const own = patientKey === document.patientKey ? points : NONE;
  const here: DosePoint = { name: 'Crosshair', at: crosshair };
  const rows = [here, ...givenPoints(document), ...own];
  return (
    <FoldPanel title="Point doses" data-testid="point-panel">
      <Button
        data-testid="add-point"
        onClick={() => setPoints(document.patientKey, [...own, { name: `P${nextNumber(own)}`, at: crosshair }])}
      >
        Keep the crosshair
      </Button>
      <ul className="dose-points" data-testid="dose-points">
        {rows.map((point, n) => (
          <li key={`${point.name} ${n}`}>
            <span className="dose-point-head">
              <button type="button" className="button quiet" title="Go there" onClick={() => goTo(point.at)}>
                <strong>{point.name}</strong> {placeText(point.at)} mm
              </button>
              {own.includes(point) && (
                <button
                  type="button"
                  className="icon"
                  aria-label={`remove ${point.name}`}
                  onClick={() =>
                    setPoints(
                      document.patientKey,
                      own.filter((other) => other !== point),
                    )
                  }
                >
                  ×
                </button>
              )}
            </span>
            <table>
              <tbody>
                {samplers.map(({ shown, sample }) => (
                  <DoseRow key={shown.key} shown={shown} gray={sample(...point.at)} at={point.at} />
                ))}
              </tbody>
            </table>
          </li>
        ))}
      </ul>
    </FoldPanel>
  );
}

/** A dose at a point: of the course, and of one fraction where their number is known. */
function DoseRow({ shown, gray, at }: { readonly shown: ShownDose; readonly gray: number; readonly at: Vec3 }) {
  const { name, kind, fractions, stale } = shown;
  const known = !Number.isNaN(gray);
  return (
    <tr className={kind} title={stale}>
      <td>
        {name}
        {stale !== undefined && ' (stale)'}
      </td>
      <td className="numeric">{known ? `${isWhole(shown, at) ? '' : '≥ '}${gray.toFixed(2)} Gy` : 'not reached'}</td>
      <td className="numeric">{known && fractions !== undefined ? `${(gray / fractions).toFixed(3)} Gy/fr` : ''}</td>
    </tr>
  );
}

const nextNumber = (points: readonly DosePoint[]): number =>
  Math.max(0, ...points.map(({ name }) => Number(/^P(\d+)$/.exec(name)?.[1] ?? 0))) + 1;

/** Whether all doses of a sum reach a point: elsewhere it is only known how much there is at least. */
function isWhole({ dose, reached }: ShownDose, at: Vec3): boolean {
  if (reached === undefined) return true;
  const [i, j, k] = patientToIndex(reached, at).map(Math.round);
  return reached.data[i + reached.dims[0] * (j + reached.dims[1] * k)] === dose.derivation?.terms.length;
}
