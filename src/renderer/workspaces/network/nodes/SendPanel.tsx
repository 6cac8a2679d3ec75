import { useEffect, useRef, useState } from 'react';
import { rpc } from '#renderer/client/rpc.ts';
import { allSeries } from '#renderer/document/choose.ts';
import type { ClinicalDocument } from '#renderer/document/records.ts';
import { useDocument } from '#renderer/document/store.ts';
import { Button } from '#renderer/kit/Button.tsx';
import { Checkbox } from '#renderer/kit/Checkbox.tsx';
import { Progress } from '#renderer/kit/Progress.tsx';
import { toast } from '#renderer/kit/toast.ts';
import { errorWords } from '#shared/contract/errors.ts';
import type { NetworkNode } from '#shared/contract/rpc/nodes.ts';
import type { InstanceSummary, SeriesSummary } from '#shared/contract/rpc/patients.ts';
import { stateText } from '../transfers/words.ts';
import { type SendProgress, sendObjects } from './sendObjects.ts';

interface SendPanelProps {
  readonly node: NetworkNode | undefined;
}

interface Sendable {
  readonly object: InstanceSummary;
  readonly series: SeriesSummary;
}

/** RT objects and registrations of the open patient, newest first. */
const sendables = (document: ClinicalDocument): Sendable[] =>
  allSeries(document.tree)
    .flatMap(({ series }) => series.objects.map((object) => ({ object, series })))
    .sort((a, b) => b.object.received.localeCompare(a.object.received));

/** Doses of several plans carry the same comment: the series tells them apart. */
const nameOf = (object: InstanceSummary, series: SeriesSummary): string =>
  [object.label, series.seriesDescription].filter((text) => text !== '').join(' · ') || '(no label)';

/** Sends chosen objects of the open patient to the chosen node and shows the result of each. */
export function SendPanel({ node }: SendPanelProps) {
  const document = useDocument((state) => state.document);
  const [chosen, setChosen] = useState<ReadonlySet<string> | null>(null);
  const [progress, setProgress] = useState<SendProgress | null>(null);
  const [running, setRunning] = useState(false);
  // The transfer goes on when the page is left; only following it ends.
  const following = useRef<AbortController | null>(null);
  useEffect(() => () => following.current?.abort(), []);
  if (document === null)
    return (
      <section className="network-section">
        <h2>Send</h2>
        <p className="hint">Open a patient to send its objects.</p>
      </section>
    );
  const objects = sendables(document);
  const selection = chosen ?? new Set(document.savedInstances);
  const toggle = (uid: string, on: boolean): void => {
    const next = new Set(selection);
    if (on) next.add(uid);
    else next.delete(uid);
    setChosen(next);
  };
  const uids = objects.map(({ object }) => object.sopInstanceUid).filter((uid) => selection.has(uid));
  const send = async (): Promise<void> => {
    if (node === undefined) return;
    const stop = new AbortController();
    following.current = stop;
    setRunning(true);
    setProgress({ done: 0, total: uids.length, results: [] });
    try {
      const end = await sendObjects(node.id, document.patientKey, uids, setProgress, stop.signal);
      if (stop.signal.aborted) return;
      const ok = end.results.filter((result) => result.ok).length;
      toast(`${ok} of ${uids.length} objects sent to ${node.name}`, ok === uids.length ? 'success' : 'error');
    } catch (error) {
      if (!stop.signal.aborted) toast(errorWords(error), 'error');
    } finally {
      setRunning(false);
    }
  };
  const cancel = (): void => {
    const id = progress?.transfer?.id;
    if (id === undefined) following.current?.abort();
    else rpc.transfers.cancel({ id }).catch((error: unknown) => toast(errorWords(error), 'error'));
  };
  const resultOf = (uid: string) => progress?.results.find((result) => result.sopInstanceUid === uid);
  return (
    <section className="network-section" aria-label="send">
      <header>
        <h2>
          Send objects of {document.patient.patientId} to{' '}
          {node === undefined ? '(choose a node)' : `${node.name} (${node.aeTitle})`}
        </h2>
        <Button
          kind="primary"
          data-testid="send"
          disabled={node === undefined || uids.length === 0 || running}
          onClick={() => void send()}
        >
          Send {uids.length} {uids.length === 1 ? 'object' : 'objects'}
        </Button>
      </header>
      {running && progress !== null && (
        <Progress
          label={[`${progress.done} of ${progress.total}`, progress.transfer && stateText(progress.transfer)]
            .filter(Boolean)
            .join(' · ')}
          value={progress.total === 0 ? 0 : progress.done / progress.total}
          onCancel={cancel}
        />
      )}
      <table className="table" data-testid="send-table">
        <thead>
          <tr>
            <th />
            <th>Type</th>
            <th>Label</th>
            <th>Received</th>
            <th>Result</th>
          </tr>
        </thead>
        <tbody>
          {objects.map(({ object, series }) => {
            const uid = object.sopInstanceUid;
            const result = resultOf(uid);
            return (
              <tr key={uid} data-uid={uid}>
                <td>
                  <Checkbox
                    aria-label={`send ${object.label}`}
                    checked={selection.has(uid)}
                    onChange={(on) => toggle(uid, on)}
                  />
                </td>
                <td>
                  <span className={`modality ${series.modality}`}>{series.modality}</span>
                </td>
                <td title={uid}>{nameOf(object, series)}</td>
                <td>{object.received.slice(0, 16).replace('T', ' ')}</td>
                <td data-testid="send-result" data-ok={result?.ok} className={result?.ok === false ? 'error-text' : ''}>
                  {result === undefined ? '' : `${result.ok ? 'sent' : 'failed'} · ${result.status} ${result.reason}`}
                </td>
              </tr>
            );
          })}
          {objects.length === 0 && (
            <tr className="empty-row">
              <td colSpan={5}>This patient has no RT objects or registrations in the archive.</td>
            </tr>
          )}
        </tbody>
      </table>
    </section>
  );
}
