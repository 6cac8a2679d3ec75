import { type ComponentType, type LazyExoticComponent, lazy } from 'react';

import type { WorkspaceId } from '#renderer/stores/sessionStore.ts';

export interface Workspace {
  readonly id: WorkspaceId;
  readonly title: string;
  /** Whether it shows the open patient and so needs one. */
  readonly needsPatient: boolean;
  readonly Component: LazyExoticComponent<ComponentType>;
}

/** The tabs, in order of the work; each is loaded when first shown. */
export const WORKSPACES: readonly Workspace[] = [
  {
    id: 'patients',
    title: 'Patients',
    needsPatient: false,
    Component: lazy(() => import('#renderer/workspaces/patients/PatientsWorkspace.tsx')),
  },
  {
    id: 'fusion',
    title: 'Fusion',
    needsPatient: true,
    Component: lazy(() => import('#renderer/workspaces/fusion/FusionWorkspace.tsx')),
  },
  {
    id: 'contouring',
    title: 'Contouring',
    needsPatient: true,
    Component: lazy(() => import('#renderer/workspaces/contouring/ContouringWorkspace.tsx')),
  },
  {
    id: 'planning',
    title: 'Planning',
    needsPatient: true,
    Component: lazy(() => import('#renderer/workspaces/planning/PlanningWorkspace.tsx')),
  },
  {
    id: 'optimization',
    title: 'Optimisation',
    needsPatient: true,
    Component: lazy(() => import('#renderer/workspaces/optimization/OptimizationWorkspace.tsx')),
  },
  {
    id: 'evaluation',
    title: 'Evaluation',
    needsPatient: true,
    Component: lazy(() => import('#renderer/workspaces/evaluation/EvaluationWorkspace.tsx')),
  },
  {
    id: 'commissioning',
    title: 'Commissioning',
    needsPatient: false,
    Component: lazy(() => import('#renderer/workspaces/commissioning/CommissioningWorkspace.tsx')),
  },
  {
    id: 'network',
    title: 'Network',
    needsPatient: false,
    Component: lazy(() => import('#renderer/workspaces/network/NetworkWorkspace.tsx')),
  },
];
