import { useEffect, useState } from 'react';
import { Button } from '#renderer/kit/Button.tsx';
import { Field } from '#renderer/kit/Field.tsx';
import { Panel } from '#renderer/kit/Panel.tsx';
import { Slider } from '#renderer/kit/Slider.tsx';
import { BRUSH_RANGE, setBrushRadius, useContouring } from '#renderer/tools/contourStore.ts';
import { CONTOURING_TOOLS } from '#renderer/tools/toolbox.ts';
import { activeTool, setActiveTool, useActiveTool } from '#renderer/viewports/activeTool.ts';

/** The contouring tools, the brush size, and under `?` what the active tool does with mouse and keys. */
export function ToolPanel() {
  const tool = useActiveTool();
  const radius = useContouring((state) => state.brushRadius);
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
      <Field label="Brush radius">
        <Slider
          aria-label="brush radius"
          min={BRUSH_RANGE.min}
          max={BRUSH_RANGE.max}
          step={0.5}
          value={radius}
          onChange={setBrushRadius}
        />
        <span className="brush-size">{radius.toFixed(1)} mm</span>
      </Field>
      {entry === undefined && <p className="hint">No tool: the mouse moves the crosshair.</p>}
      {help && entry !== undefined && (
        <dl className="bindings" data-testid="tool-help">
          {entry.bindings.map(([keys, meaning]) => (
            <div key={keys}>
              <dt>{keys}</dt>
              <dd>{meaning}</dd>
            </div>
          ))}
        </dl>
      )}
    </Panel>
  );
}

/** Single keys pick tools, `?` shows their help; typing in a field is left alone. Returns the removal. */
function toolKeys(toggleHelp: () => void): () => void {
  const onKey = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target instanceof HTMLElement && event.target.closest('input, select, textarea') !== null) return;
    if (event.key === '?') {
      toggleHelp();
      return;
    }
    const entry = CONTOURING_TOOLS.find((candidate) => candidate.shortcut === event.key.toLowerCase());
    if (entry !== undefined) setActiveTool(activeTool() === entry.tool ? null : entry.tool);
  };
  window.addEventListener('keydown', onKey);
  return () => window.removeEventListener('keydown', onKey);
}
