import { placeText } from '#shared/geometry/fixed.ts';
import { useEffect, useMemo, useState } from 'react';
import { useDocument } from '#renderer/document/store.ts';
import { Button } from '#renderer/kit/Button.tsx';
import { Checkbox } from '#renderer/kit/Checkbox.tsx';
import { FoldPanel } from '#renderer/kit/FoldPanel.tsx';
import { setActiveTool, useActiveTool } from '#renderer/viewports/activeTool.ts';
import { registerPainter, requestRepaint } from '#renderer/viewports/overlayRegistry.ts';
import { firstDose, secondDose, useComparedDoses } from '#renderer/viewports/painters/dose/comparedDoses.ts';
import { doseProfile, profileCsv } from '#shared/evaluation/doses/profile.ts';
import { length, subtract } from '#shared/geometry/vec.ts';
import { useShownDoses } from '../compare/useShownDoses.ts';
import { ProfileChart } from './ProfileChart.tsx';
import { lineOf, useProfile } from './profileStore.ts';
import { profilePainter, profileTool } from './profileTool.ts';

/** Doses along a line drawn on a plane. */
export function ProfilePanel() {
  const document = useDocument((state) => state.document);
  const doses = useShownDoses();
  // Which doses are on the planes is part of what is shown here.
  useComparedDoses();
  const line = useProfile((state) => lineOf(state, document));
  const tool = useActiveTool();
  const [picked, setPicked] = useState<ReadonlySet<string> | null>(null);
  useEffect(() => {
    const stops = [registerPainter(profilePainter), useProfile.subscribe(requestRepaint)];
    return () => {
      for (const stop of stops) stop();
      setActiveTool(null);
    };
  }, []);
  const [first, second] = document === null ? [] : [firstDose(document)?.key, secondDose(document)?.key];
  const shown = useMemo(
    () => doses.filter(({ key }) => (picked === null ? key === first || key === second : picked.has(key))),
    [doses, picked, first, second],
  );
  const made = useMemo(() => {
    if (line === null || shown.length === 0 || length(subtract(line.to, line.from)) === 0) return null;
    const volumes = shown.map(({ dose }) => dose);
    return { profile: doseProfile(volumes, line.from, line.to), names: shown.map(({ name }) => name) };
  }, [line, shown]);
  const active = tool?.id === 'dose-profile';
  return (
    <FoldPanel title="Profiles" data-testid="profile-panel">
      <div className="button-row">
        <Button
          pressed={active}
          data-testid="draw-profile"
          title="Drag a line on any plane"
          onClick={() => setActiveTool(active ? null : profileTool())}
        >
          Draw a line
        </Button>
        <Button
          disabled={made === null}
          data-testid="profile-csv"
          onClick={() => {
            if (made !== null && line !== null)
              download(profileCsv(made.profile, line.from, line.to, made.names), 'dose-profile.csv');
          }}
        >
          CSV
        </Button>
        <Button kind="quiet" disabled={line === null} onClick={() => useProfile.setState({ line: null })}>
          Remove
        </Button>
      </div>
      {line !== null && (
        <p className="hint" data-testid="profile-line">
          {placeText(line.from)} to {placeText(line.to)} mm
        </p>
      )}
      {made !== null && <ProfileChart {...made} />}
      <div className="profile-doses">
        {doses.map(({ key: one, name }) => (
          <Checkbox
            key={one}
            checked={shown.some((other) => other.key === one)}
            onChange={(on) => {
              const next = new Set(shown.map((other) => other.key));
              if (on) next.add(one);
              else next.delete(one);
              setPicked(next);
            }}
          >
            {name}
          </Checkbox>
        ))}
      </div>
    </FoldPanel>
  );
}

function download(text: string, name: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: 'text/csv' }));
  const link = window.document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 1000);
}
