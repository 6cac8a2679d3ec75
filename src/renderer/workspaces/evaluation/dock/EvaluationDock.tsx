import { useState } from 'react';
import { useDocument } from '#renderer/document/store.ts';
import { Progress } from '#renderer/kit/Progress.tsx';
import { BiologyTab } from '../biology/BiologyTab.tsx';
import { DoseRemarks } from '../DoseRemarks.tsx';
import { GoalsTab } from '../goals/GoalsTab.tsx';
import { StatisticsTab } from '../statistics/StatisticsTab.tsx';
import { DvhTab } from './DvhTab.tsx';
import './dock.css';
import { useDvhs } from './useDvhs.ts';

const TABS = [
  { id: 'dvh', label: 'DVH', Content: DvhTab },
  { id: 'goals', label: 'Goals', Content: GoalsTab },
  { id: 'statistics', label: 'Statistics', Content: StatisticsTab },
  { id: 'biology', label: 'Indices & biology', Content: BiologyTab },
] as const;

/** Histograms, goals, statistics and models of all open plans. */
export function EvaluationDock() {
  const state = useDvhs();
  const isOpen = useDocument(({ document }) => document !== null);
  const [chosen, setChosen] = useState<(typeof TABS)[number]['id']>('dvh');
  const [tall, setTall] = useState(false);
  const hasDose = state.plans.some(({ subject }) => subject.dose !== undefined);
  if (!isOpen || (!hasDose && state.plans.length === 0))
    return <section className="dvh-dock empty hint">No dose yet: compute one in the Planning workspace.</section>;
  const { Content } = TABS.find(({ id }) => id === chosen) ?? TABS[0];
  return (
    <section className={tall ? 'dvh-dock tall' : 'dvh-dock'} aria-label="evaluation of doses">
      <header>
        <div className="dock-tabs" role="tablist" aria-label="evaluation">
          {TABS.map(({ id, label }) => (
            <button
              key={id}
              type="button"
              role="tab"
              aria-selected={id === chosen}
              data-testid={`dock-tab-${id}`}
              onClick={() => setChosen(id)}
            >
              {label}
            </button>
          ))}
        </div>
        <DoseRemarks brief />
        <button
          type="button"
          className="icon dock-size"
          aria-pressed={tall}
          aria-label="larger dock"
          title={tall ? 'Smaller' : 'Larger'}
          onClick={() => setTall(!tall)}
        >
          {tall ? '▾' : '▴'}
        </button>
      </header>
      {state.progress !== undefined && <Progress label="Computing histograms" value={state.progress} />}
      {state.error !== undefined && <p className="error-text">{state.error}</p>}
      {!hasDose && <p className="hint dock-note">No dose yet: compute one in the Planning workspace.</p>}
      <Content state={state} />
    </section>
  );
}
