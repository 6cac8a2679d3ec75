import { useEffect, useRef, useState } from 'react';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import type { DoseProfile } from '#shared/evaluation/doses/profile.ts';
import { useProfile } from './profileStore.ts';

const AXIS = { stroke: '#93a1b3', grid: { stroke: '#2c384880', width: 1 }, ticks: { stroke: '#2c3848', width: 1 } };

/** Colour and dash of each dose in turn: told apart without colour too. */
const PROFILE_INKS: readonly { readonly color: string; readonly dash: readonly number[] }[] = [
  { color: '#ffb454', dash: [] },
  { color: '#5fb3ff', dash: [6, 4] },
  { color: '#7ee787', dash: [2, 3] },
  { color: '#ff7ab6', dash: [10, 3, 2, 3] },
  { color: '#d2b4ff', dash: [1, 4] },
];

interface ProfileChartProps {
  readonly profile: DoseProfile;
  readonly names: readonly string[];
}

/** Doses in Gy over mm; the values under the mouse are read out, and the place marked on the planes. */
export function ProfileChart({ profile, names }: ProfileChartProps) {
  const host = useRef<HTMLDivElement>(null);
  const [index, setIndex] = useState<number | null>(null);
  useEffect(() => {
    const element = host.current;
    if (element === null) return undefined;
    const size = () => ({ width: Math.max(160, element.clientWidth), height: 190 });
    const values = profile.doses.map((dose) => Array.from(dose, (gray) => (Number.isNaN(gray) ? null : gray)));
    const chart = new uPlot(
      {
        ...size(),
        legend: { show: false },
        scales: { x: { time: false }, y: { range: (_chart, _min, max) => [0, Math.max(0.1, (max ?? 0) * 1.05)] } },
        axes: [
          { ...AXIS, label: 'mm', labelSize: 16, size: 30 },
          { ...AXIS, label: 'Gy', labelSize: 16, size: 42 },
        ],
        series: [
          {},
          ...names.map((label, n) => {
            const { color, dash } = PROFILE_INKS[n % PROFILE_INKS.length];
            return { label, stroke: color, dash: [...dash], width: 1.5, points: { show: false } };
          }),
        ],
        cursor: { y: false, points: { size: 6 } },
        hooks: {
          setCursor: [
            ({ cursor }) => {
              const idx = cursor.idx ?? null;
              setIndex(idx);
              const mm = profile.distance[profile.distance.length - 1];
              useProfile.setState({ at: idx === null ? null : profile.distance[idx] / mm });
            },
          ],
        },
      },
      [Array.from(profile.distance), ...values],
      element,
    );
    const observer = new ResizeObserver(() => chart.setSize(size()));
    observer.observe(element);
    return () => {
      observer.disconnect();
      chart.destroy();
      useProfile.setState({ at: null });
    };
  }, [profile, names]);
  return (
    <>
      <div className="profile-host" ref={host} data-testid="profile-chart" />
      <ul className="profile-legend" data-testid="profile-values">
        <li className="numeric">
          {index === null ? 'Move the mouse over the chart' : `${profile.distance[index].toFixed(1)} mm`}
        </li>
        {names.map((name, n) => {
          const gray = index === null ? undefined : profile.doses[n][index];
          return (
            <li key={name}>
              <i style={{ background: PROFILE_INKS[n % PROFILE_INKS.length].color }} /> {name}
              <span className="numeric">
                {gray === undefined ? '' : Number.isNaN(gray) ? 'not reached' : `${gray.toFixed(2)} Gy`}
              </span>
            </li>
          );
        })}
      </ul>
    </>
  );
}
