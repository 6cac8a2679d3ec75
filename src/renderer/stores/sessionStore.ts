import { create } from 'zustand';

/** Names of the workspaces; the registry in app/ says what each is. */
export type WorkspaceId =
  | 'patients'
  | 'fusion'
  | 'contouring'
  | 'planning'
  | 'optimization'
  | 'evaluation'
  | 'commissioning'
  | 'network';

export interface Opening {
  readonly label: string;
  /** 0..1; undefined while the amount is unknown. */
  readonly value?: number;
}

interface SessionState {
  readonly workspace: WorkspaceId;
  /** A patient being loaded. */
  readonly opening: Opening | null;
  /** Counts archive events, so that lists reload when something was stored. */
  readonly archiveRevision: number;
}

/** What the window shows; never undoable. */
export const useSession = create<SessionState>(() => ({ workspace: 'patients', opening: null, archiveRevision: 0 }));

export const showWorkspace = (workspace: WorkspaceId): void => useSession.setState({ workspace });

export const showOpening = (opening: Opening | null): void => useSession.setState({ opening });

export const archiveChanged = (): void =>
  useSession.setState((state) => ({ archiveRevision: state.archiveRevision + 1 }));
