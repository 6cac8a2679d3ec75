import { useRef, useState } from 'react';
import { Button } from '#renderer/kit/Button.tsx';
import { Panel } from '#renderer/kit/Panel.tsx';
import { filesOfDrop, filesOfInput } from '../patients/droppedFiles.ts';
import { addFiles, clearFiles } from './actions.ts';
import { useCommissioning } from './commissioningStore.ts';

/** Measured files: dropped or chosen, with what each holds, leaves out or is refused for. */
export function FilesPanel() {
  const files = useCommissioning((state) => state.files);
  const [over, setOver] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  return (
    <Panel
      title="Measurements"
      actions={
        files.length > 0 && (
          <Button kind="quiet" onClick={clearFiles}>
            Clear
          </Button>
        )
      }
    >
      <div
        className={`drop-zone ${over ? 'over' : ''}`}
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={(event) => {
          event.preventDefault();
          setOver(false);
          void addFiles(filesOfDrop(event.dataTransfer.items));
        }}
      >
        Drop water-tank files here
        <div className="hint">PTW .mcc, IBA RFA-300 ASCII, Varian W2CAD, CSV; or a machine’s .json</div>
        <div className="button-row">
          <Button onClick={() => input.current?.click()}>Files…</Button>
        </div>
        <input
          ref={input}
          type="file"
          multiple
          hidden
          data-testid="measured-files"
          onChange={(event) => {
            void addFiles(Promise.resolve(filesOfInput(event.target.files)));
            event.target.value = '';
          }}
        />
      </div>
      <ul className="measured-files">
        {files.map(({ name, scans, leftOut, error }) => (
          <li key={name}>
            <strong>{name}</strong>{' '}
            {error === undefined ? `${scans.length} scans` : <span className="error-text">{error}</span>}
            {leftOut.map((text) => (
              <div key={text} className="hint">
                left out: {text}
              </div>
            ))}
          </li>
        ))}
      </ul>
    </Panel>
  );
}
