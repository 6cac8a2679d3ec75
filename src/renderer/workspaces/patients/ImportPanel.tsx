import { useEffect, useRef, useState } from 'react';
import { rpc } from '#renderer/client/rpc.ts';
import { Button } from '#renderer/kit/Button.tsx';
import { Panel } from '#renderer/kit/Panel.tsx';
import { Progress } from '#renderer/kit/Progress.tsx';
import { toast } from '#renderer/kit/toast.ts';
import { errorWords } from '#shared/contract/errors.ts';
import { type DroppedFile, filesOfDrop, filesOfInput } from './droppedFiles.ts';
import { type ImportProgress, importFiles } from './importFiles.ts';

/** A drop zone for DICOM files and folders, with the result of every refused file. */
export function ImportPanel() {
  const [progress, setProgress] = useState<ImportProgress | null>(null);
  const [over, setOver] = useState(false);
  const [run, setRun] = useState<AbortController | null>(null);
  const filesInput = useRef<HTMLInputElement>(null);
  const folderInput = useRef<HTMLInputElement>(null);
  // React does not know this attribute.
  useEffect(() => folderInput.current?.setAttribute('webkitdirectory', ''), []);

  const start = async (collect: Promise<DroppedFile[]>): Promise<void> => {
    if (run !== null) return;
    const stop = new AbortController();
    setRun(stop);
    try {
      const files = await collect;
      if (files.length === 0) return;
      setProgress({ done: 0, total: files.length, imported: 0, duplicates: 0, conflicts: [], refused: [] });
      const end = await importFiles(files, (file) => rpc.archive.importFile(file), setProgress, stop.signal);
      toast(summary(end), end.refused.length + end.conflicts.length > 0 ? 'warning' : 'success');
    } catch (error) {
      toast(errorWords(error), 'error');
    } finally {
      setRun(null);
    }
  };

  const running = progress !== null && run !== null;
  return (
    <Panel title="Import">
      <div
        className={`drop-zone ${over ? 'over' : ''}`}
        data-testid="drop-zone"
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={(event) => {
          event.preventDefault();
          setOver(false);
          void start(filesOfDrop(event.dataTransfer.items));
        }}
      >
        Drop DICOM files or folders here
        <div className="button-row">
          <Button onClick={() => filesInput.current?.click()}>Files…</Button>
          <Button onClick={() => folderInput.current?.click()}>Folder…</Button>
        </div>
        <input
          ref={filesInput}
          type="file"
          multiple
          hidden
          data-testid="import-files"
          onChange={(event) => {
            void start(Promise.resolve(filesOfInput(event.target.files)));
            event.target.value = '';
          }}
        />
        <input
          ref={folderInput}
          type="file"
          hidden
          onChange={(event) => {
            void start(Promise.resolve(filesOfInput(event.target.files)));
            event.target.value = '';
          }}
        />
      </div>
      {running && (
        <Progress
          label={`${progress.done} of ${progress.total} files`}
          value={progress.done / progress.total}
          onCancel={() => run.abort()}
        />
      )}
      {progress !== null && !running && <p data-testid="import-summary">{summary(progress)}</p>}
      {progress !== null && progress.refused.length + progress.conflicts.length > 0 && (
        <ul className="refused" data-testid="import-refused">
          {progress.conflicts.map(({ file, reason }) => (
            <li key={file}>
              <strong>{file}</strong> <span className="error-text">CONFLICT</span> {reason}
            </li>
          ))}
          {progress.refused.map(({ file, code, reason }) => (
            <li key={file}>
              <strong>{file}</strong> <span className="error-text">{code}</span> {reason}
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}

const summary = ({ imported, duplicates, conflicts, refused, done, total }: ImportProgress): string =>
  [
    `${imported} imported`,
    duplicates > 0 ? `${duplicates} already there` : '',
    conflicts.length > 0 ? `${conflicts.length} in conflict` : '',
    refused.length > 0 ? `${refused.length} refused` : '',
    done < total ? `${total - done} not tried` : '',
  ]
    .filter(Boolean)
    .join(', ');
