import { useEffect, useRef, useState } from 'react';
import { retrieveInstance } from '#renderer/client/dicomweb.ts';
import { Button } from '#renderer/kit/Button.tsx';
import { Dialog } from '#renderer/kit/Dialog.tsx';
import { errorWords } from '#shared/contract/errors.ts';
import { readRtImage } from '#shared/dicom/rtImage.ts';
import type { RtImage } from '#shared/model/rtImage.ts';
import { paintRtImage } from './rtImagePicture.ts';
import { rtImageWords } from './rtImageWords.ts';

/** Where an RT Image is in the archive. */
export interface RtImageAt {
  readonly study: string;
  readonly series: string;
  readonly sop: string;
  readonly variant: number;
}

interface RtImageDialogProps {
  readonly patientKey: string;
  /** Whose image it is, for the title. */
  readonly patient: string;
  readonly at: RtImageAt;
  readonly onClose: () => void;
}

/** An RT Image with what it states: where it was taken from, of which beam, and where the beam axis and the field are on it. */
export function RtImageDialog({ patientKey, patient, at, onClose }: RtImageDialogProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const [image, setImage] = useState<RtImage | undefined>();
  const [error, setError] = useState<string | undefined>();
  useEffect(() => {
    const abort = new AbortController();
    retrieveInstance(at.study, at.series, at.sop, { patientKey, variant: at.variant, signal: abort.signal })
      .then((bytes) => readRtImage(bytes))
      .then(
        (read) => !abort.signal.aborted && setImage(read),
        (reason: unknown) => !abort.signal.aborted && setError(errorWords(reason)),
      );
    return () => abort.abort();
  }, [patientKey, at]);
  useEffect(() => {
    if (image !== undefined && canvas.current !== null) paintRtImage(canvas.current, image);
  }, [image]);
  return (
    <Dialog
      open
      title={`RT Image ${image?.label ?? ''}`}
      description={patient}
      onClose={onClose}
      actions={<Button onClick={onClose}>Close</Button>}
    >
      {error !== undefined && <p className="error-text">{error}</p>}
      {image === undefined && error === undefined && <p className="hint">Reading…</p>}
      {image !== undefined && (
        <div className="rt-image" data-testid="rt-image">
          <canvas ref={canvas} aria-label={`RT Image ${image.label}`} />
          <dl>
            {rtImageWords(image).map(([name, value]) => (
              <div key={name}>
                <dt>{name}</dt>
                <dd>{value}</dd>
              </div>
            ))}
          </dl>
          {image.warnings.map((warning) => (
            <p key={warning} className="warning-text">
              {warning}
            </p>
          ))}
        </div>
      )}
    </Dialog>
  );
}
