import { WorkspaceLayout } from '#renderer/app/WorkspaceLayout.tsx';
import { TriPlanar } from '#renderer/viewports/plane/TriPlanar.tsx';
import { AddStructure } from './list/AddStructure.tsx';
import { ContourViewPanel } from './list/ContourViewPanel.tsx';
import { StructureList } from './list/StructureList.tsx';
import { ToolColumn } from './ToolColumn.tsx';
import './contouring.css';

/** Structures of the planning image: drawn by hand on axial slices, found, grown, combined and saved. */
export default function ContouringWorkspace() {
  return (
    <WorkspaceLayout
      left={
        <>
          <StructureList />
          <AddStructure />
          <ContourViewPanel />
        </>
      }
      right={<ToolColumn />}
    >
      <TriPlanar large="axial" />
    </WorkspaceLayout>
  );
}
