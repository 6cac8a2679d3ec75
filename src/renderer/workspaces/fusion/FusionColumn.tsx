import { useState } from 'react';
import { RunningWork } from '#renderer/commands/RunningWork.tsx';
import type { Fusion } from '#renderer/document/fusion.ts';
import { AutomaticPanel } from './registration/AutomaticPanel.tsx';
import { DeformablePanel } from './registration/DeformablePanel.tsx';
import { FourDPanel } from './images/FourDPanel.tsx';
import { LandmarkPanel } from './registration/LandmarkPanel.tsx';
import { LayerPanel } from './images/LayerPanel.tsx';
import { ManualPanel } from './registration/ManualPanel.tsx';
import { OwnFramePanel } from './images/OwnFramePanel.tsx';
import { RegistrationList } from './registration/RegistrationList.tsx';
import { ResamplePanel } from './images/ResamplePanel.tsx';
import { SecondImagePanel } from './images/SecondImagePanel.tsx';
import { SignOffPanel } from './registration/SignOffPanel.tsx';

type Tab = 'images' | 'registration' | 'four-d';

/** The right column of fusion: what is shown, and how it was brought there. */
export function FusionColumn({ fusion }: { readonly fusion: Fusion }) {
  const [tab, setTab] = useState<Tab>('images');
  const tabs: readonly { readonly id: Tab; readonly label: string }[] = [
    { id: 'images', label: 'Images' },
    { id: 'registration', label: fusion.kind === 'refused' ? 'Registration !' : 'Registration' },
    { id: 'four-d', label: '4D' },
  ];
  return (
    <>
      <div className="fusion-tabs" role="tablist" aria-label="images and registration">
        {tabs.map(({ id, label }) => (
          <button
            key={id}
            type="button"
            role="tab"
            aria-selected={tab === id}
            data-testid={`fusion-tab-${id}`}
            onClick={() => setTab(id)}
          >
            {label}
          </button>
        ))}
      </div>
      {tab === 'images' && (
        <>
          <LayerPanel which="primary" title="Primary image" />
          <SecondImagePanel fusion={fusion} />
        </>
      )}
      {tab === 'registration' && (
        <>
          <RegistrationList fusion={fusion} />
          <OwnFramePanel />
          <ManualPanel fusion={fusion} />
          <AutomaticPanel />
          <LandmarkPanel fusion={fusion} />
          <DeformablePanel fusion={fusion} />
          <SignOffPanel fusion={fusion} />
          <ResamplePanel fusion={fusion} />
        </>
      )}
      {/* Stays mounted: the phases outlast a look at another tab. */}
      <div role="tabpanel" hidden={tab !== 'four-d'}>
        <FourDPanel />
      </div>
      <RunningWork />
    </>
  );
}
