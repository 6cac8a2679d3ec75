import { useEffect, useState } from 'react';
import { rpc } from '#renderer/client/rpc.ts';
import { Button } from '#renderer/kit/Button.tsx';
import { errorWords } from '#shared/contract/errors.ts';
import type { PrintRequest } from '#shared/contract/rpc/print.ts';

interface FilmPreviewProps {
  readonly request: PrintRequest;
  /** Tells whether the films can be printed as asked. */
  readonly onState: (isPrintable: boolean) => void;
}

type PreviewRequest = PrintRequest & { filmIndex: number; width: number };

/** Pixels across; the film is shown smaller, so that the text stays legible on dense screens. */
const WIDTH = 900;
/** Settings may still be changing. Milliseconds. */
const PAUSE = 300;

/** The films as the printer will get them, one at a time; in place of a film that is impossible, why. */
export function FilmPreview({ request, onState }: FilmPreviewProps) {
  const [chosen, setChosen] = useState(0);
  const [shown, setShown] = useState<{ readonly png: string; readonly films: number; readonly images: number } | null>(
    null,
  );
  const [failure, setFailure] = useState<string | null>(null);
  const films = shown?.films ?? 1;
  const film = Math.min(chosen, films - 1);
  // Asked again only when it says something else: the request itself is a new object in every render.
  const question = JSON.stringify({ ...request, filmIndex: film, width: WIDTH });
  useEffect(() => {
    const stop = new AbortController();
    const timer = setTimeout(() => {
      rpc.print
        .preview(JSON.parse(question) as PreviewRequest, { signal: stop.signal })
        .then((preview) => {
          setShown(preview);
          setFailure(null);
          onState(true);
        })
        .catch((error: unknown) => {
          if (stop.signal.aborted) return;
          setFailure(errorWords(error));
          onState(false);
        });
    }, PAUSE);
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [question, onState]);
  return (
    <figure className="film-preview">
      {failure !== null && (
        <p className="error-text" data-testid="print-impossible">
          {failure}
        </p>
      )}
      {failure === null && shown === null && <p className="hint">Drawing the film…</p>}
      {failure === null && shown !== null && (
        <img data-testid="print-preview" alt={`film ${film + 1}`} src={`data:image/png;base64,${shown.png}`} />
      )}
      <figcaption>
        <Button aria-label="previous film" disabled={film === 0} onClick={() => setChosen(film - 1)}>
          ‹
        </Button>
        <span data-testid="print-films">
          film {film + 1} of {films}, {shown?.images ?? 0} images
        </span>
        <Button aria-label="next film" disabled={film >= films - 1} onClick={() => setChosen(film + 1)}>
          ›
        </Button>
      </figcaption>
    </figure>
  );
}
