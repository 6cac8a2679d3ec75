import { useEffect, useState } from 'react';
import { rpc } from '#renderer/client/rpc.ts';
import { useDocument } from '#renderer/document/store.ts';
import { Button } from '#renderer/kit/Button.tsx';
import { Progress } from '#renderer/kit/Progress.tsx';
import { Select } from '#renderer/kit/Select.tsx';
import { toast } from '#renderer/kit/toast.ts';
import { errorWords } from '#shared/contract/errors.ts';
import type { ExportFinding, ExportReport } from '#shared/contract/rpc/deidentify.ts';
import type { NetworkNode } from '#shared/contract/rpc/nodes.ts';
import type { PatientTree } from '#shared/contract/rpc/patients.ts';
import { ExportOptions } from './ExportOptions.tsx';
import { ExportSummary, Findings } from './ExportSummary.tsx';
import { type ExportDraft, exportRequest, FIRST_DRAFT, problemOf } from './exportDraft.ts';
import { ObjectTree } from './ObjectTree.tsx';
import { download, sendTo } from './runExport.ts';
import './export.css';

const say = (error: unknown): void => toast(errorWords(error), 'error');

/** Objects of the open patient on their way out, with or without identity. */
export default function ExportSection() {
  const document = useDocument((state) => state.document);
  if (document === null)
    return (
      <section className="network-section">
        <h2>Export</h2>
        <p className="hint">Open a patient to export its objects, with or without identity.</p>
      </section>
    );
  return <ExportForm key={document.patientKey} tree={document.tree} />;
}

type Running = { readonly stop: AbortController; readonly done: number; readonly total: number };

function ExportForm({ tree }: { readonly tree: PatientTree }) {
  const [nodes, setNodes] = useState<readonly NetworkNode[]>([]);
  const [chosen, setChosen] = useState<string | undefined>();
  const [draft, setDraft] = useState<ExportDraft>(FIRST_DRAFT);
  const [looked, setLooked] = useState<{ objects: number; findings: ExportFinding[] } | null>(null);
  const [report, setReport] = useState<ExportReport | null>(null);
  const [running, setRunning] = useState<Running | null>(null);
  useEffect(() => {
    rpc.nodes
      .list()
      .then((all) => setNodes(all.filter(({ roles }) => roles?.includes('printer') !== true)))
      .catch(say);
  }, []);
  const node = nodes.find(({ id }) => id === chosen) ?? nodes[0];
  const problem = problemOf(draft);
  const isBusy = running !== null || problem !== undefined;
  const request = exportRequest(draft, tree.key);
  const change = (next: ExportDraft): void => {
    setDraft(next);
    setLooked(null);
    setReport(null);
  };
  const run = async (
    work: (onProgress: (done: number, total: number) => void, signal: AbortSignal) => Promise<ExportReport>,
  ): Promise<void> => {
    const stop = new AbortController();
    setReport(null);
    setRunning({ stop, done: 0, total: 1 });
    try {
      setReport(await work((done, total) => setRunning({ stop, done, total }), stop.signal));
    } catch (error) {
      say(error);
    } finally {
      setRunning(null);
    }
  };
  const fileName = draft.isDeidentified ? 'export.zip' : `${tree.patientId.replace(/[^\w-]/g, '_')}.zip`;
  return (
    <section className="network-section" aria-label="export">
      <header>
        <h2>Export objects of {tree.patientId}</h2>
        <div className="button-row">
          <Button
            data-testid="export-inspect"
            disabled={isBusy}
            onClick={() => void rpc.deidentify.inspect(request).then(setLooked).catch(say)}
          >
            Look first
          </Button>
          <Button
            kind="primary"
            data-testid="export-download"
            disabled={isBusy}
            onClick={() => void run((onProgress, signal) => download(request, fileName, onProgress, signal))}
          >
            Save as ZIP
          </Button>
          {node !== undefined && (
            <>
              <Button
                data-testid="export-send"
                disabled={isBusy}
                onClick={() => void run((onProgress, signal) => sendTo(node.id, request, onProgress, signal))}
              >
                Send to
              </Button>
              <Select
                aria-label="node"
                value={node.id}
                options={nodes.map(({ id, name }) => ({ value: id, label: name }))}
                onChange={setChosen}
              />
            </>
          )}
        </div>
      </header>
      {running !== null && (
        <Progress
          label={`${running.done} of ${running.total} objects`}
          value={running.total === 0 ? 0 : running.done / running.total}
          onCancel={() => running.stop.abort()}
        />
      )}
      {problem !== undefined && <p className="hint">{problem}</p>}
      {looked !== null && <Findings {...looked} />}
      {report !== null && <ExportSummary report={report} />}
      <div className="export-columns">
        <ObjectTree tree={tree} draft={draft} onChange={change} />
        <ExportOptions draft={draft} onChange={change} />
      </div>
    </section>
  );
}
