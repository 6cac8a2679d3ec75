import { isTyping } from '#renderer/commands/keys.ts';
import { nextEditMode, toggleBrushShape } from '#renderer/tools/contourStore.ts';
import { CONTOURING_TOOLS } from '#renderer/tools/toolbox.ts';
import { activeTool, setActiveTool } from '#renderer/viewports/activeTool.ts';

/** Single keys of the contouring workspace other than the tools' own. */
const ACTIONS: Readonly<Record<string, () => void>> = { m: nextEditMode, d: toggleBrushShape };

/** Single keys pick tools and settings, `?` shows help; typing in a field is left alone. Returns the removal. */
export function toolKeys(toggleHelp: () => void): () => void {
  const onKey = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (isTyping(event.target) || event.target instanceof HTMLSelectElement) return;
    if (event.key === '?') {
      toggleHelp();
      return;
    }
    const key = event.key.toLowerCase();
    const entry = CONTOURING_TOOLS.find((candidate) => candidate.shortcut === key);
    if (entry !== undefined) setActiveTool(activeTool() === entry.tool ? null : entry.tool);
    else ACTIONS[key]?.();
  };
  window.addEventListener('keydown', onKey);
  return () => window.removeEventListener('keydown', onKey);
}
