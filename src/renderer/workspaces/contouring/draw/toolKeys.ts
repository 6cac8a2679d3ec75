import { isTyping } from '#renderer/commands/keys.ts';
import { nextEditMode, toggleBrushShape, useContouring } from '#renderer/tools/contourStore.ts';
import { CONTOURING_TOOLS } from '#renderer/tools/toolbox.ts';
import { activeTool, setActiveTool } from '#renderer/viewports/activeTool.ts';
import { INTERPOLATED_ACTIONS, SLICE_ACTIONS } from './SliceTools.tsx';

/** Single keys of the contouring workspace other than the tools' own. */
const ACTIONS: Readonly<Record<string, () => void>> = { m: nextEditMode, d: toggleBrushShape };

/** Runs the action on the selected structure's slices that a key stands for, if there is one. */
function sliceAction(key: string): void {
  const { activeRoi } = useContouring.getState();
  const action = [...SLICE_ACTIONS, ...INTERPOLATED_ACTIONS].find(({ hotkey }) => hotkey === key);
  if (activeRoi !== null) action?.perform(activeRoi);
}

/** Single keys pick tools and settings, `?` shows help; typing in a field is left alone. Returns the removal. */
export function toolKeys(toggleHelp: () => void): () => void {
  const onKey = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (isTyping(event.target) || event.target instanceof HTMLSelectElement) return;
    if (event.key === '?') {
      toggleHelp();
      return;
    }
    const key = `${event.shiftKey && /^[a-z]$/i.test(event.key) ? 'shift+' : ''}${event.key.toLowerCase()}`;
    const entry = CONTOURING_TOOLS.find((candidate) => candidate.shortcut === key);
    if (entry !== undefined) setActiveTool(activeTool() === entry.tool ? null : entry.tool);
    else if (key in ACTIONS) ACTIONS[key]();
    else sliceAction(key);
  };
  window.addEventListener('keydown', onKey);
  return () => window.removeEventListener('keydown', onKey);
}
