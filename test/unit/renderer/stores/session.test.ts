import { describe, expect, it } from 'vitest';
import { archiveChanged, showOpening, showWorkspace, useSession } from '#renderer/stores/sessionStore.ts';
import { setMessage, useStatus } from '#renderer/stores/statusStore.ts';

describe('session state', () => {
  it('starts with the patients and nothing opening', () => {
    expect(useSession.getState()).toEqual({ workspace: 'patients', opening: null, archiveRevision: 0 });
  });

  it('counts archive events so that lists reload', () => {
    archiveChanged();
    archiveChanged();
    expect(useSession.getState().archiveRevision).toBe(2);
  });

  it('shows a workspace and what is being opened', () => {
    showWorkspace('fusion');
    showOpening({ label: 'Loading CT', value: 0.5 });
    expect(useSession.getState()).toMatchObject({ workspace: 'fusion', opening: { value: 0.5 } });
  });

  it('keeps the latest message with its level', () => {
    setMessage('first', 'error');
    setMessage('second');
    expect(useStatus.getState()).toEqual({ text: 'second', level: 'info' });
  });
});
