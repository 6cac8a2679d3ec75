import { useState } from 'react';
import { closedDoses, openStoredDose } from '#renderer/document/storedDoses.ts';
import { useDocument } from '#renderer/document/store.ts';
import { Button } from '#renderer/kit/Button.tsx';
import { Progress } from '#renderer/kit/Progress.tsx';
import { Select } from '#renderer/kit/Select.tsx';
import { errorWords } from '#shared/contract/errors.ts';
import { dicomDate } from '#shared/dicom/personName.ts';

/** Opens a dose of the archive, to be looked at beside those of the open plans. */
export function StoredDoses() {
  const document = useDocument((state) => state.document);
  const [chosen, setChosen] = useState('');
  const [progress, setProgress] = useState<number>();
  const [error, setError] = useState<string>();
  const closed = document === null ? [] : closedDoses(document);
  if (closed.length === 0) return null;
  const placed = closed.find(({ object }) => object.sopInstanceUid === chosen) ?? closed[0];
  const open = async (): Promise<void> => {
    setError(undefined);
    setProgress(0);
    try {
      await openStoredDose(placed, { onProgress: setProgress });
    } catch (problem) {
      setError(errorWords(problem));
    }
    setProgress(undefined);
  };
  return (
    <>
      <p className="hint">Doses of the archive that are not open:</p>
      <div className="button-row stored-dose">
        <Select
          aria-label="dose of the archive"
          data-testid="stored-dose"
          value={placed.object.sopInstanceUid}
          options={closed.map(({ object, series }) => ({
            value: object.sopInstanceUid,
            label: [series.seriesDescription || object.label, dicomDate(series.seriesDate)]
              .filter((part) => part !== '')
              .join(' · '),
          }))}
          onChange={setChosen}
        />
        <Button data-testid="open-stored-dose" disabled={progress !== undefined} onClick={() => void open()}>
          Open
        </Button>
      </div>
      {progress !== undefined && <Progress label="Opening the dose" value={progress} />}
      {error !== undefined && <p className="error-text">{error}</p>}
    </>
  );
}
