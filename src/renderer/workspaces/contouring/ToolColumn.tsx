import { type ReactNode, useState } from 'react';
import { ApprovalPanel } from './set/ApprovalPanel.tsx';
import { AutoPanel } from './segment/AutoPanel.tsx';
import { CleanUpPanel } from './segment/CleanUpPanel.tsx';
import { ComparePanel } from './compare/ComparePanel.tsx';
import { DerivePanel } from './derive/DerivePanel.tsx';
import { HistoryPanel } from './set/HistoryPanel.tsx';
import { MarginPanel } from './derive/MarginPanel.tsx';
import { PropagatePanel } from './derive/PropagatePanel.tsx';
import { SaveStructures } from './set/SaveStructures.tsx';
import { ScribblePanel } from './segment/ScribblePanel.tsx';
import { SegmentPanel } from './segment/SegmentPanel.tsx';
import { StructureDetails } from './draw/StructureDetails.tsx';
import { TemplatePanel } from './set/TemplatePanel.tsx';
import { ToolPanel } from './draw/ToolPanel.tsx';

interface Section {
  readonly id: string;
  readonly label: string;
  readonly title: string;
  /** Null for a section that has none yet: it gets no tab. */
  readonly panels: ReactNode;
}

/** What one does with structures, a tab each. A new panel is one more line in its section. */
const SECTIONS: readonly Section[] = [
  {
    id: 'draw',
    label: 'Draw',
    title: 'Drawing tools and the selected structure',
    panels: (
      <>
        <ToolPanel />
        <StructureDetails />
      </>
    ),
  },
  {
    id: 'segment',
    label: 'Segment',
    title: 'Structures found in the image, and cleaned up',
    panels: (
      <>
        <AutoPanel />
        <SegmentPanel />
        <ScribblePanel />
        <CleanUpPanel />
      </>
    ),
  },
  {
    id: 'derive',
    label: 'Derive',
    title: 'Structures made from others',
    panels: (
      <>
        <DerivePanel />
        <MarginPanel />
        <PropagatePanel />
      </>
    ),
  },
  { id: 'compare', label: 'Compare', title: 'One structure held against another', panels: <ComparePanel /> },
  {
    id: 'set',
    label: 'Set',
    title: 'The structure set as a whole: template, approval, history',
    panels: (
      <>
        <TemplatePanel />
        <ApprovalPanel />
        <HistoryPanel />
      </>
    ),
  },
];

/** The right column of contouring: a tab for each kind of work, and below them what is always in reach: undo, state and saving. */
export function ToolColumn() {
  const [open, setOpen] = useState('draw');
  const sections = SECTIONS.filter(({ panels }) => panels !== null);
  return (
    <>
      <div className="section-tabs" role="tablist" aria-label="kinds of work">
        {sections.map(({ id, label, title }) => (
          <button
            key={id}
            type="button"
            role="tab"
            aria-selected={open === id}
            data-testid={`section-${id}`}
            title={title}
            onClick={() => setOpen(id)}
          >
            {label}
          </button>
        ))}
      </div>
      {/* Panels stay mounted: what was typed in one, and the tools' keys, outlast a look at another. */}
      {sections.map(({ id, panels }) => (
        <div key={id} role="tabpanel" hidden={open !== id}>
          {panels}
        </div>
      ))}
      <SaveStructures />
    </>
  );
}
