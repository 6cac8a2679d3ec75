import { useCallback, useEffect, useState } from 'react';
import { rpc } from '#renderer/client/rpc.ts';
import { toast } from '#renderer/kit/toast.ts';
import { errorWords } from '#shared/contract/errors.ts';
import type { ProcedureStep, WorklistFilter, WorklistItem } from '#shared/contract/rpc/worklist.ts';
import { FinishStepDialog } from './FinishStepDialog.tsx';
import { ForgetStepDialog } from './ForgetStepDialog.tsx';
import { StepsTable } from './StepsTable.tsx';
import { useNodes } from './useNodes.ts';
import { WorklistForm } from './WorklistForm.tsx';
import { WorklistTable } from './WorklistTable.tsx';
import './worklist.css';

const say = (error: unknown): void => toast(errorWords(error), 'error');

interface Answered {
  readonly nodeId: string;
  /** Whom to tell of what is performed. */
  readonly tellId: string;
  readonly items: readonly WorklistItem[];
  readonly failure: string;
}

/** What the RIS has scheduled, and telling it what is performed. */
export default function WorklistSection() {
  const nodes = useNodes('worklist');
  const [answered, setAnswered] = useState<Answered | null>(null);
  const [isRunning, setRunning] = useState(false);
  const [steps, setSteps] = useState<readonly ProcedureStep[]>([]);
  const [finishing, setFinishing] = useState<{ step: ProcedureStep; outcome: 'completed' | 'discontinued' } | null>(
    null,
  );
  const [starting, setStarting] = useState<WorklistItem | null>(null);
  const [forgetting, setForgetting] = useState<ProcedureStep | null>(null);
  const reload = useCallback(
    (): Promise<void> =>
      rpc.worklist
        .steps()
        .then(setSteps)
        .catch((error: unknown) => say(error)),
    [],
  );
  useEffect(() => void reload(), [reload]);
  if (nodes === undefined) return <p className="hint">Loading…</p>;
  const search = async (nodeId: string, tellId: string, filter: WorklistFilter): Promise<void> => {
    setRunning(true);
    try {
      setAnswered({ nodeId, tellId, items: await rpc.worklist.query({ nodeId, filter }), failure: '' });
    } catch (error) {
      setAnswered({ nodeId, tellId, items: [], failure: errorWords(error) });
    } finally {
      setRunning(false);
    }
  };
  const start = async (item: WorklistItem): Promise<void> => {
    if (answered === null || starting !== null) return;
    setStarting(item);
    try {
      const { problem } = await rpc.worklist.start({ nodeId: answered.tellId, item });
      toast(
        problem ?? `Started: ${item.step || item.requestedProcedure} of ${item.patientId}`,
        problem === undefined ? 'success' : 'error',
      );
    } catch (error) {
      say(error);
    } finally {
      await reload();
      setStarting(null);
    }
  };
  return (
    <>
      <section className="network-section" aria-label="worklist">
        <header>
          <h2>Worklist</h2>
        </header>
        {nodes.length === 0 ? (
          <p className="hint">Add the RIS under “Nodes and sending” first.</p>
        ) : (
          <WorklistForm
            nodes={nodes}
            isRunning={isRunning}
            onSearch={(nodeId, tellId, filter) => void search(nodeId, tellId, filter)}
            onTell={(tellId) => setAnswered((now) => now && { ...now, tellId: tellId ?? now.nodeId })}
          />
        )}
        {answered !== null && answered.failure !== '' && (
          <p className="error-text" data-testid="worklist-failure">
            {answered.failure}
          </p>
        )}
        {answered !== null && answered.failure === '' && (
          <WorklistTable
            items={answered.items}
            steps={steps}
            starting={starting}
            isOld={isRunning}
            empty="Nothing is scheduled that fits."
            onStart={(item) => void start(item)}
          />
        )}
      </section>
      <section className="network-section" aria-label="procedure steps">
        <header>
          <h2>Performed here</h2>
        </header>
        <StepsTable
          steps={steps}
          onFinish={(step, outcome) => setFinishing({ step, outcome })}
          onForget={setForgetting}
          onRetry={({ sopInstanceUid }) => void rpc.worklist.retry({ sopInstanceUid }).then(reload).catch(say)}
        />
      </section>
      {finishing !== null && (
        <FinishStepDialog
          {...finishing}
          onClose={() => setFinishing(null)}
          onFinished={() => {
            setFinishing(null);
            void reload();
          }}
        />
      )}
      {forgetting !== null && (
        <ForgetStepDialog
          step={forgetting}
          onClose={() => setForgetting(null)}
          onForgotten={() => {
            setForgetting(null);
            void reload();
          }}
        />
      )}
    </>
  );
}
