import { Suspense, useEffect } from 'react';
import { followDrawnSlices } from '#renderer/commands/contouring/slices/followDrawnSlices.ts';
import { followSources } from '#renderer/commands/contouring/derive/followSources.ts';
import { followLocks } from '#renderer/commands/contouring/lockRoi.ts';
import { autosave } from '#renderer/commands/recovery/autosave.ts';
import { useShortcuts } from '#renderer/commands/useShortcuts.ts';
import { useDocument } from '#renderer/document/store.ts';
import { Toaster } from '#renderer/kit/Toaster.tsx';
import { toolKey } from '#renderer/viewports/activeTool.ts';
import { followDocument } from '#renderer/viewports/layers/documentLayers.ts';
import { viewKey } from '#renderer/viewports/viewKeys.ts';
import { installPainters } from '#renderer/viewports/painters/install.ts';
import { showWorkspace, useSession } from '#renderer/stores/sessionStore.ts';
import { ErrorBoundary } from './ErrorBoundary.tsx';
import { OpeningCover } from './OpeningCover.tsx';
import { PatientBanner } from './PatientBanner.tsx';
import { RecoveryOffer } from './RecoveryOffer.tsx';
import { startSession } from './session.ts';
import { RunMark } from './RunMark.tsx';
import { StatusBar } from './StatusBar.tsx';
import { WORKSPACES } from './workspaceRegistry.ts';

/** The window: patient banner, workspace tabs, the workspace, status bar. */
export function App() {
  const workspace = useSession((state) => state.workspace);
  const hasDocument = useDocument((state) => state.document !== null);
  useShortcuts();
  useEffect(installPainters, []);
  useEffect(followDocument, []);
  useEffect(startSession, []);
  useEffect(() => followSources(), []);
  useEffect(() => followDrawnSlices(), []);
  useEffect(followLocks, []);
  useEffect(() => autosave(), []);
  useEffect(forwardKeys, []);
  const current = WORKSPACES.find(({ id }) => id === workspace) ?? WORKSPACES[0];
  const { Component } = current;
  return (
    <div className="app">
      <PatientBanner />
      <div className="tab-strip">
        <nav className="tabs" role="tablist" aria-label="workspaces">
          {WORKSPACES.map(({ id, title, needsPatient }) => (
            <button
              key={id}
              type="button"
              role="tab"
              data-testid={`tab-${id}`}
              aria-selected={id === workspace}
              disabled={needsPatient && !hasDocument}
              title={needsPatient && !hasDocument ? 'Open a patient first' : undefined}
              onClick={() => showWorkspace(id)}
            >
              {title}
              {id === 'optimization' && <RunMark />}
            </button>
          ))}
        </nav>
        <Toaster />
      </div>
      <div className="app-body" data-testid="workspace" data-workspace={current.id}>
        <ErrorBoundary key={current.id} place={`The ${current.title} workspace`}>
          <Suspense fallback={<div className="placeholder">Loading {current.title}…</div>}>
            {current.needsPatient && !hasDocument ? (
              <div className="placeholder">No patient is open. Open one in the Patients workspace.</div>
            ) : (
              <Component />
            )}
          </Suspense>
        </ErrorBoundary>
        <OpeningCover />
      </div>
      <StatusBar />
      <RecoveryOffer />
    </div>
  );
}

/** Keys that no control took go to the active contouring tool, then to the planes. */
function forwardKeys(): () => void {
  const onKey = (event: KeyboardEvent): void => {
    const target = event.target;
    if (
      target instanceof HTMLInputElement ||
      target instanceof HTMLSelectElement ||
      target instanceof HTMLTextAreaElement
    )
      return;
    // Ctrl, Alt and Meta make shortcuts, which are commands' business.
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    if (toolKey(event.key) || viewKey(event.key)) event.preventDefault();
  };
  window.addEventListener('keydown', onKey);
  return () => window.removeEventListener('keydown', onKey);
}
