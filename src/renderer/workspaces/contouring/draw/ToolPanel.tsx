import { useEffect, useState } from 'react';
import { Button } from '#renderer/kit/Button.tsx';
import { Panel } from '#renderer/kit/Panel.tsx';
import { COMMON_BINDINGS, CONTOURING_TOOLS, type ToolEntry } from '#renderer/tools/toolbox.ts';
import { setActiveTool, useActiveTool } from '#renderer/viewports/activeTool.ts';
import { SliceTools } from './SliceTools.tsx';
import { StrokeSettings } from './StrokeSettings.tsx';
import { toolKeys } from './toolKeys.ts';

/** The contouring tools, how strokes are made, and under `?` what the active tool does with mouse and keys. */
export function ToolPanel() {
  const tool = useActiveTool();
  const [help, setHelp] = useState(false);
  useEffect(() => toolKeys(() => setHelp((shown) => !shown)), []);
  useEffect(() => () => setActiveTool(null), []);
  const entry = CONTOURING_TOOLS.find((candidate) => candidate.tool === tool);
  return (
    <Panel
      title="Tools"
      actions={
        <Button
          kind="quiet"
          pressed={help}
          aria-label="tool help"
          title="What the tool does (?)"
          onClick={() => setHelp(!help)}
        >
          ?
        </Button>
      }
    >
      <div className="tool-grid">
        {CONTOURING_TOOLS.map((candidate) => (
          <Button
            key={candidate.tool.id}
            pressed={candidate === entry}
            data-testid={`tool-${candidate.tool.id}`}
            title={`${candidate.label} (${candidate.shortcut.toUpperCase()})`}
            onClick={() => setActiveTool(candidate === entry ? null : candidate.tool)}
          >
            {candidate.label} <kbd>{candidate.shortcut.toUpperCase()}</kbd>
          </Button>
        ))}
      </div>
      <StrokeSettings />
      <SliceTools />
      {entry === undefined && (
        <p className="hint">No tool: the mouse moves the crosshair; Alt + drag or its handles tilt a plane.</p>
      )}
      {help && <ToolHelp entry={entry} />}
    </Panel>
  );
}

function ToolHelp({ entry }: { readonly entry: ToolEntry | undefined }) {
  return (
    <dl className="bindings" data-testid="tool-help">
      {[...(entry?.bindings ?? []), ...COMMON_BINDINGS].map(([keys, meaning]) => (
        <div key={keys}>
          <dt>{keys}</dt>
          <dd>{meaning}</dd>
        </div>
      ))}
    </dl>
  );
}
