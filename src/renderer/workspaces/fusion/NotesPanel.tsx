import { Panel } from '#renderer/kit/Panel.tsx';
import { useNotes } from '#renderer/stores/notesStore.ts';

/** What was mended, doubted or left out while the patient was read. */
export function NotesPanel() {
  const notes = useNotes((state) => state.notes);
  if (notes.length === 0) return null;
  return (
    <Panel title={`Notes (${notes.length})`}>
      <ul className="notes" data-testid="notes">
        {notes.map((note) => (
          <li key={note}>{note}</li>
        ))}
      </ul>
    </Panel>
  );
}
