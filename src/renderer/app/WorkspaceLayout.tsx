import type { ReactNode } from 'react';

interface WorkspaceLayoutProps {
  readonly left?: ReactNode;
  readonly right?: ReactNode;
  readonly children: ReactNode;
}

/** Side panels left and right of the centre; panels scroll, the centre fills. */
export function WorkspaceLayout({ left, right, children }: WorkspaceLayoutProps) {
  return (
    <div className="workspace">
      {left !== undefined && <aside className="side left">{left}</aside>}
      <main className="centre">{children}</main>
      {right !== undefined && <aside className="side right">{right}</aside>}
    </div>
  );
}
