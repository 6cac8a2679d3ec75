import { type ComponentType, type LazyExoticComponent, lazy } from 'react';

export interface NetworkSection {
  readonly id: string;
  readonly title: string;
  readonly Component: LazyExoticComponent<ComponentType>;
}

/** What the department exchanges, service by service; one folder each, loaded when first shown. */
export const NETWORK_SECTIONS: readonly NetworkSection[] = [
  { id: 'nodes', title: 'Nodes and sending', Component: lazy(() => import('./nodes/NodesSection.tsx')) },
  { id: 'query', title: 'Query and retrieve', Component: lazy(() => import('./query/QuerySection.tsx')) },
  { id: 'transfers', title: 'Transfers', Component: lazy(() => import('./transfers/TransfersSection.tsx')) },
  { id: 'routing', title: 'Routing', Component: lazy(() => import('./routing/RoutingSection.tsx')) },
  { id: 'worklist', title: 'Worklist', Component: lazy(() => import('./worklist/WorklistSection.tsx')) },
  { id: 'tasks', title: 'Tasks', Component: lazy(() => import('./tasks/TasksSection.tsx')) },
  {
    id: 'commitment',
    title: 'Storage commitment',
    Component: lazy(() => import('./commitment/CommitmentSection.tsx')),
  },
  { id: 'print', title: 'Print', Component: lazy(() => import('./print/PrintSection.tsx')) },
  { id: 'export', title: 'Export', Component: lazy(() => import('./export/ExportSection.tsx')) },
  {
    id: 'security',
    title: 'This node and security',
    Component: lazy(() => import('./security/SecuritySection.tsx')),
  },
];
