import { describe, expect, it } from 'vitest';
import { archiveChanged, showOpening, showWorkspace, useSession } from '#renderer/stores/sessionStore.ts';
import { addNotes, setNotes, useNotes } from '#renderer/stores/notesStore.ts';
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

describe('notes', () => {
  it('keep every finding once, say the first and how many more', () => {
    setNotes(['CT: tilt resampled', 'CT: tilt resampled', 'RTDOSE left out']);
    expect(useNotes.getState().notes).toEqual(['CT: tilt resampled', 'RTDOSE left out']);
    expect(useStatus.getState()).toEqual({ text: 'CT: tilt resampled (and 1 more)', level: 'warning' });
    addNotes(['MR: duplicate slice']);
    expect(useNotes.getState().notes).toHaveLength(3);
    setNotes([]);
    expect(useNotes.getState().notes).toEqual([]);
    expect(useStatus.getState().text).toBe('');
  });
});
