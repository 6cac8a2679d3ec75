import type { PlaneTool } from '#renderer/viewports/plane/planeView.ts';
import { brushTool } from './brushTool.ts';
import { freehandTool } from './freehandTool.ts';
import { livewireTool } from './livewireTool.ts';
import { nudgeTool } from './nudgeTool.ts';
import { polygonTool } from './polygonTool.ts';
import { smartBrushTool } from './smartBrushTool.ts';

export type Binding = readonly [keys: string, meaning: string];

export interface ToolEntry {
  readonly tool: PlaneTool;
  readonly label: string;
  /** Single key that picks the tool in the contouring workspace. */
  readonly shortcut: string;
  /** What the tool does with the mouse and keys, for the help under `?`. */
  readonly bindings: readonly Binding[];
}

const FORCED: readonly Binding[] = [
  ['Ctrl', 'add wherever the stroke starts'],
  ['Alt', 'cut wherever the stroke starts'],
];
const ESCAPE: Binding = ['Esc', 'drop the stroke; once more: put the tool away'];
const BRUSH: readonly Binding[] = [
  ['Shift + wheel, [ ]', 'brush radius'],
  ['D', 'disc on the plane or ball through the slices'],
];

/** The contouring tools, in the order of the toolbar. */
export const CONTOURING_TOOLS: readonly ToolEntry[] = [
  {
    tool: freehandTool(),
    label: 'Freehand',
    shortcut: 'f',
    bindings: [
      ['Drag around an area', 'add it (the line closes by itself)'],
      ['Drag across an edge and back', 'correct that piece: from inside outwards, from outside inwards'],
      ...FORCED,
      ESCAPE,
    ],
  },
  {
    tool: polygonTool(),
    label: 'Polygon',
    shortcut: 'p',
    bindings: [
      ['Click', 'set a corner'],
      ['Double click, Enter', 'close'],
      ['Backspace', 'take the last corner back'],
      ...FORCED,
      ESCAPE,
    ],
  },
  {
    tool: livewireTool(),
    label: 'Livewire',
    shortcut: 'l',
    bindings: [
      ['Click', 'fix the wire; it follows the edge between clicks'],
      ['Double click, Enter', 'close along the edge'],
      ['Backspace', 'take the last click back'],
      ...FORCED,
      ESCAPE,
    ],
  },
  {
    tool: nudgeTool(),
    label: 'Nudge',
    shortcut: 'n',
    bindings: [['Drag', 'push the outline under the disc'], ['Shift + wheel, [ ]', 'radius'], ESCAPE],
  },
  {
    tool: brushTool('auto'),
    label: 'Brush',
    shortcut: 'b',
    bindings: [['Drag from inside', 'add'], ['Drag from outside', 'cut'], ...FORCED, ...BRUSH, ESCAPE],
  },
  {
    tool: smartBrushTool(),
    label: 'Smart',
    shortcut: 's',
    bindings: [
      ['Drag from inside', 'add what is like the tissue under the first click'],
      ['Drag from outside', 'cut what is like it'],
      ...FORCED,
      ...BRUSH,
      ESCAPE,
    ],
  },
  { tool: brushTool('cut'), label: 'Eraser', shortcut: 'e', bindings: [['Drag', 'cut'], ...BRUSH, ESCAPE] },
];

/** What holds with any tool. */
export const COMMON_BINDINGS: readonly Binding[] = [
  ['M', 'auto, add or cut'],
  ['I', 'interpolate between drawn slices'],
  ['A, Shift + A', 'accept this interpolated slice, all of them'],
  ['X', 'reject interpolated slices'],
  ['. ,', 'copy the slice towards head, feet'],
  ['Del', 'clear the slice'],
  ['Wheel', 'slice'],
  ['Ctrl + wheel', 'zoom'],
  ['Right drag', 'window and level'],
  ['Middle drag, Space + drag', 'pan'],
  ['Ctrl+Z, Ctrl+Y', 'undo, redo'],
];
