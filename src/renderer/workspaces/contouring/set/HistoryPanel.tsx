import { personName } from '#shared/dicom/personName.ts';
import { useDocument } from '#renderer/document/store.ts';
import { Panel } from '#renderer/kit/Panel.tsx';
import type { EditRecord } from '#shared/model/structures.ts';

/** Rows shown; the set keeps all. */
const SHOWN = 100;

const NONE: readonly EditRecord[] = [];

/** Who changed what in the structure set, and when: newest first, those of former sessions too. */
export function HistoryPanel() {
  const history = useDocument((state) => state.document?.structures.history ?? NONE);
  return (
    <Panel title={`History (${history.length})`}>
      {history.length === 0 && <p className="hint">No edits are recorded for this set.</p>}
      <ol className="edit-history" data-testid="edit-history">
        {history
          .slice(-SHOWN)
          .toReversed()
          .map((entry, index) => (
            // Entries only ever come in front: counted from the oldest they keep their place.
            <li key={history.length - index}>
              <time title={entry.at}>{entry.at.replace('T', ' ').slice(5, 16)}</time>
              <span className="edit-what">
                {entry.edit}
                {entry.times > 1 && <small> ×{entry.times}</small>}
                {others(entry) !== '' && <small> ({others(entry)})</small>}
              </span>
              <span className="edit-who">{personName(entry.by)}</span>
            </li>
          ))}
      </ol>
      {history.length > SHOWN && <p className="hint">and {history.length - SHOWN} older ones</p>}
    </Panel>
  );
}

/** Structures that the edit's own name does not tell of. */
const others = ({ edit, rois }: EditRecord): string => rois.filter((name) => !edit.includes(name)).join(', ');
