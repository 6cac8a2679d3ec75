import type { PlaneTool } from '#renderer/viewports/planeView.ts';
import { brushTool } from './brushTool.ts';
import { freehandTool } from './freehandTool.ts';
import { polygonTool } from './polygonTool.ts';

export interface ToolEntry {
  readonly tool: PlaneTool;
  readonly label: string;
  /** Single key that picks the tool in the contouring workspace. */
  readonly shortcut: string;
  /** What the tool does with the mouse and keys, for the help under `?`. */
  readonly bindings: readonly (readonly [keys: string, meaning: string])[];
}

const ESCAPE = ['Esc', 'drop the stroke; once more: put the tool away'] as const;
const BRUSH_SIZE = ['Shift + wheel, [ ]', 'brush size'] as const;

/** The contouring tools, in the order of the toolbar. */
export const CONTOURING_TOOLS: readonly ToolEntry[] = [
  {
    tool: freehandTool(),
    label: 'Freehand',
    shortcut: 'f',
    bindings: [['Drag', 'draw around an area to add it'], ['Alt + drag', 'cut the area away'], ESCAPE],
  },
  {
    tool: polygonTool(),
    label: 'Polygon',
    shortcut: 'p',
    bindings: [
      ['Click', 'set a corner'],
      ['Double click, Enter', 'close and add'],
      ['Alt + double click', 'close and cut away'],
      ['Backspace', 'take the last corner back'],
      ESCAPE,
    ],
  },
  {
    tool: brushTool('auto'),
    label: 'Brush',
    shortcut: 'b',
    bindings: [
      ['Drag from inside', 'add'],
      ['Drag from outside', 'cut'],
      ['Ctrl + drag', 'add anywhere'],
      BRUSH_SIZE,
      ESCAPE,
    ],
  },
  { tool: brushTool('cut'), label: 'Eraser', shortcut: 'e', bindings: [['Drag', 'cut'], BRUSH_SIZE, ESCAPE] },
];
