import { Component, type ReactNode } from 'react';
import { Button } from '#renderer/kit/Button.tsx';
import { errorWords } from '#shared/contract/errors.ts';

interface ErrorBoundaryProps {
  /** What failed, as the user knows it. */
  readonly place: string;
  readonly children: ReactNode;
}

interface ErrorBoundaryState {
  readonly error: unknown;
}

/** Shows a failed part of the screen as failed, with the reason and a way back, and leaves the rest standing. */
export class ErrorBoundary extends Component<ErrorBoundaryProps, ErrorBoundaryState> {
  override state: ErrorBoundaryState = { error: undefined };

  static getDerivedStateFromError(error: unknown): ErrorBoundaryState {
    return { error: error ?? new Error('unknown error') };
  }

  override render(): ReactNode {
    const { error } = this.state;
    if (error === undefined) return this.props.children;
    return (
      <div className="failure" role="alert">
        <h2>{this.props.place} stopped working</h2>
        <p>{errorWords(error)}</p>
        <p className="hint">Nothing in the archive has been changed by this.</p>
        <Button onClick={() => this.setState({ error: undefined })}>Try again</Button>
      </div>
    );
  }
}
