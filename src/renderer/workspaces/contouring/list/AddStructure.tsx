import { useState } from 'react';
import { run } from '#renderer/commands/useShortcuts.ts';
import { addRoi } from '#renderer/commands/contouring/addRoi.ts';
import { findBody } from '#renderer/commands/contouring/segment/findBody.ts';
import { nameProblem } from '#renderer/commands/contouring/rois.ts';
import { useRunning } from '#renderer/commands/runningStore.ts';
import { useDocument } from '#renderer/document/store.ts';
import { Button } from '#renderer/kit/Button.tsx';
import { Panel } from '#renderer/kit/Panel.tsx';
import { TG263_NAMES, typeForName } from '#shared/structures/sets/tg263.ts';

/** A new empty structure with a suggested name, and the automatic BODY. */
export function AddStructure() {
  const structures = useDocument((state) => state.document?.structures);
  const unit = useDocument((state) => state.document?.primary.unit);
  const busy = useRunning((state) => state.work !== null);
  const [name, setName] = useState('');
  if (structures === undefined) return null;
  const problem = name.trim() === '' ? undefined : nameProblem(structures, name.trim());
  const add = (): void => {
    if (name.trim() === '' || problem !== undefined) return;
    void run(addRoi, name.trim(), typeForName(name.trim()));
    setName('');
  };
  return (
    <Panel title="Add structure">
      <form
        className="add-structure"
        onSubmit={(event) => {
          event.preventDefault();
          add();
        }}
      >
        <input
          type="text"
          list="tg263-names"
          placeholder="name (TG-263)"
          aria-label="name of the new structure"
          aria-invalid={problem !== undefined}
          data-testid="new-structure-name"
          maxLength={64}
          value={name}
          onChange={(event) => setName(event.target.value)}
        />
        <Button type="submit" data-testid="add-structure" disabled={name.trim() === '' || problem !== undefined}>
          Add
        </Button>
        <NameSuggestions />
      </form>
      {problem !== undefined && <small className="error">{problem}</small>}
      <div className="button-row">
        <Button
          data-testid="find-body"
          disabled={busy || unit !== 'HU'}
          title={unit === 'HU' ? 'Outline of the patient on every slice' : 'needs a CT'}
          onClick={() => void run(findBody)}
        >
          Find BODY
        </Button>
      </div>
    </Panel>
  );
}

/** The list behind name fields; mounted once in the workspace. */
function NameSuggestions() {
  return (
    <datalist id="tg263-names">
      {TG263_NAMES.map((name) => (
        <option key={name} value={name} />
      ))}
    </datalist>
  );
}
