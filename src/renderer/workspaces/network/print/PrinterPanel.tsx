import { useState } from 'react';
import { rpc } from '#renderer/client/rpc.ts';
import { Button } from '#renderer/kit/Button.tsx';
import { Field } from '#renderer/kit/Field.tsx';
import { Progress } from '#renderer/kit/Progress.tsx';
import { Select } from '#renderer/kit/Select.tsx';
import { errorWords } from '#shared/contract/errors.ts';
import type { NetworkNode } from '#shared/contract/rpc/nodes.ts';
import type { PrintReport, PrintRequest } from '#shared/contract/rpc/print.ts';

interface PrinterPanelProps {
  readonly nodes: readonly NetworkNode[];
  readonly request: PrintRequest;
  readonly isPrintable: boolean;
}

interface Line {
  readonly kind: 'good' | 'warning' | 'bad';
  readonly text: string;
}

/** Printer Status (PS3.3 C.13.9) in words. */
const STATES: Readonly<Record<string, Line>> = {
  NORMAL: { kind: 'good', text: 'ready' },
  WARNING: { kind: 'warning', text: 'prints, with a warning' },
  FAILURE: { kind: 'bad', text: 'out of order' },
};
const stateLine = (status: string, info: string): Line => {
  const state = STATES[status] ?? { kind: 'warning', text: 'does not say how it is' };
  return { ...state, text: `The printer: ${state.text}${info === '' || info === 'ready' ? '' : `, ${info}`}.` };
};

/** Execution Status of a print job (PS3.3 C.13.8) in words. */
const JOBS: Readonly<Record<string, string>> = {
  PENDING: 'waits in the printer',
  PRINTING: 'is printing',
  DONE: 'is printed',
  FAILURE: 'failed',
  UNKNOWN: 'sent; the printer does not tell more',
};

function linesOf({ films, images, annotated, jobs, warnings }: PrintReport): Line[] {
  const where = annotated ? "in the film's annotation" : 'under each image';
  return [
    { kind: 'good', text: `${images} images on ${films} ${films === 1 ? 'film' : 'films'}; identity ${where}.` },
    ...jobs.map(({ film, status, info }): Line => {
      const reason = info === '' ? '' : `: ${info}`;
      return { kind: status === 'FAILURE' ? 'bad' : 'good', text: `Film ${film} ${JOBS[status] ?? status}${reason}.` };
    }),
    ...warnings.map(({ step, text }): Line => ({ kind: 'warning', text: `${step}: ${text}.` })),
  ];
}

/** The printer, whether it is ready, printing, and what came of it. */
export function PrinterPanel({ nodes, request, isPrintable }: PrinterPanelProps) {
  // Printers first; a node may print although nobody said so.
  const sorted = [...nodes].sort((a, b) => rank(a) - rank(b));
  const [chosen, setChosen] = useState<string | undefined>();
  const [lines, setLines] = useState<readonly Line[]>([]);
  const [progress, setProgress] = useState<{ readonly text: string; readonly share: number } | null>(null);
  const [stop, setStop] = useState<AbortController | null>(null);
  const node = sorted.find(({ id }) => id === chosen) ?? sorted[0];
  const fail = (error: unknown): void => setLines((old) => [...old, { kind: 'bad', text: errorWords(error) }]);
  const ask = async (id: string): Promise<void> => {
    setLines([]);
    const state = await rpc.print.printer({ id });
    setLines([stateLine(state.status, state.info)]);
  };
  const print = async (nodeId: string): Promise<void> => {
    const abort = new AbortController();
    setStop(abort);
    setLines([]);
    try {
      for await (const event of await rpc.print.print({ ...request, nodeId }, { signal: abort.signal })) {
        if (event.event === 'progress') setProgress({ text: event.text, share: event.done / event.total });
        else if (event.event === 'printer') setLines((old) => [...old, stateLine(event.status, event.info)]);
        else setLines((old) => [...old, ...linesOf(event.report)]);
      }
    } catch (error) {
      fail(error);
    } finally {
      setStop(null);
      setProgress(null);
    }
  };
  return (
    <section className="network-section" aria-label="printer">
      <header>
        <h2>Printer</h2>
        <div className="button-row">
          <Button disabled={node === undefined || stop !== null} onClick={() => node && void ask(node.id).catch(fail)}>
            Ask
          </Button>
          <Button
            kind="primary"
            data-testid="print"
            disabled={node === undefined || stop !== null || !isPrintable}
            onClick={() => node && void print(node.id)}
          >
            Print
          </Button>
        </div>
      </header>
      {node === undefined ? (
        <p className="hint">No nodes yet. Add the printer under "Nodes and sending".</p>
      ) : (
        <Field label="Node">
          <Select
            aria-label="printer"
            data-testid="print-node"
            value={node.id}
            options={sorted.map(({ id, name, aeTitle }) => ({ value: id, label: `${name} (${aeTitle})` }))}
            onChange={(id) => {
              setChosen(id);
              setLines([]);
            }}
          />
        </Field>
      )}
      {progress !== null && <Progress label={progress.text} value={progress.share} onCancel={() => stop?.abort()} />}
      <ul className="print-result" data-testid="print-result">
        {lines.map(({ kind, text }, n) => (
          <li key={`${n} ${text}`} className={kind === 'bad' ? 'error-text' : kind === 'warning' ? 'warning-text' : ''}>
            {text}
          </li>
        ))}
      </ul>
    </section>
  );
}

const rank = ({ roles }: NetworkNode): number => (roles?.includes('printer') === true ? 0 : 1);
