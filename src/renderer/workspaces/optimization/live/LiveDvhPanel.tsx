import { useMemo, useState } from 'react';
import { Checkbox } from '#renderer/kit/Checkbox.tsx';
import { css } from '#renderer/viewports/painters/ink.ts';
import type { Plan } from '#shared/model/plan.ts';
import type { Roi } from '#shared/model/structures.ts';
import { type LiveCurve, LiveDvhChart } from './LiveDvhChart.tsx';
import type { LiveState } from './useLive.ts';

interface LiveDvhPanelProps {
  readonly plan: Plan;
  /** Those with an interior. */
  readonly rois: readonly Roi[];
  readonly live: LiveState;
}

const NONE: NonNullable<Plan['objectives']> = [];

/** What dose the histograms are of: the optimiser's own is an approximation, which is said. */
function sourceWords({ finalIs, optimizer, caution }: LiveState): string {
  const but = caution === undefined ? '' : ` ${caution.title}: ${caution.reason}`;
  if (finalIs === 'of the run')
    return `Solid: final dose (collapsed cone).${but} Dashed: the optimiser’s pencil beam, approximate.`;
  if (optimizer.size > 0) return 'The optimiser’s pencil beam: approximate until the final dose (collapsed cone).';
  return finalIs === 'of the plan' ? `The plan’s dose, as Evaluation shows it.${but}` : 'No dose yet.';
}

const TARGETS: readonly Roi['type'][] = ['PTV', 'CTV', 'GTV'];

/** Histograms of the structures with objectives, before there are any of the targets, and of others that are chosen. */
export function LiveDvhPanel({ plan, rois, live }: LiveDvhPanelProps) {
  const { objectives = NONE, approval, prescription } = plan;
  const target = prescription?.targetRoiNumber;
  const [chosen, setChosen] = useState<ReadonlyMap<number, boolean>>(new Map());
  const shown = useMemo(() => {
    const named = new Set(objectives.map(({ roi }) => roi));
    const first = ({ name, number, type }: Roi): boolean =>
      named.size > 0 ? named.has(name) : number === target || TARGETS.includes(type);
    return rois.filter((roi) => chosen.get(roi.number) ?? first(roi));
  }, [rois, chosen, objectives, target]);
  const { final, optimizer } = live;
  const curves = useMemo(
    () =>
      shown.flatMap((roi): LiveCurve[] => {
        const [last, own] = [final.get(roi.name), optimizer.get(roi.name)];
        const both = last !== undefined && own !== undefined;
        return [{ roi, dvh: last ?? own, dashed: false }, ...(both ? [{ roi, dvh: own, dashed: true }] : [])];
      }),
    [shown, final, optimizer],
  );
  return (
    <section className="live-dvh" aria-label="dose–volume histograms">
      <header>
        <h2>DVH</h2>
        <span
          className={live.caution === undefined ? 'hint' : 'warning-text'}
          data-testid="live-dvh-source"
          title={sourceWords(live)}
        >
          {sourceWords(live)}
        </span>
      </header>
      <div className="live-body">
        <LiveDvhChart
          curves={curves}
          objectives={objectives}
          marked={shown}
          prescribed={prescription?.dose ?? 0}
          fixed={approval === 'APPROVED'}
        />
        <ul className="live-legend">
          {rois.map(({ number, name, color }) => (
            <li key={number} className={live.dvhOf(name) === undefined ? 'hint' : ''} title={name}>
              <Checkbox
                checked={shown.some((one) => one.number === number)}
                aria-label={`${name} in the histogram`}
                onChange={(on) => setChosen(new Map(chosen).set(number, on))}
              >
                <i style={{ background: css(color) }} />
                <b>{name}</b>
              </Checkbox>
            </li>
          ))}
        </ul>
      </div>
    </section>
  );
}
