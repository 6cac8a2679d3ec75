import type { Archive } from '#main/archive/types.ts';
import type { Log } from '#main/server/services.ts';
import type { FinishedStep, WorkflowNode, WorklistDesk } from '#main/server/workflow.ts';
import { createAttributes, finalAttributes } from '#main/services/mpps/attributes.ts';
import { createStep, setStep } from '#main/services/mpps/scu.ts';
import type { Caller } from '#main/services/peer.ts';
import type { Records } from '#main/services/records.ts';
import { findWorklist } from '#main/services/worklist/find.ts';
import { filterKeys, inOrder, worklistItems } from '#main/services/worklist/item.ts';
import { describeError, IsocenterError } from '#shared/contract/errors.ts';
import {
  isOpenStep,
  isSameScheduledStep,
  isUntold,
  type PerformedSeries,
  type ProcedureStep,
} from '#shared/contract/rpc/worklist.ts';
import { newUid } from '#shared/dicom/uid.ts';
import { isImageClass } from './imageClass.ts';
import { checkSamePerson } from './samePerson.ts';

export interface WorklistBinding {
  readonly records: Records<ProcedureStep>;
  readonly archive: Pick<Archive, 'locate' | 'tree'>;
  readonly caller: () => Caller;
  readonly node: (id: string) => Promise<WorkflowNode>;
  readonly log: Log;
}

/** More than a department plans in a day. */
const LIMIT = 5000;

/** Modality worklist, and performed procedure steps that survive a restart whatever the RIS has been told so far. */
export function worklistDesk({ records, archive, caller, node, log }: WorklistBinding): WorklistDesk {
  /** Steps that their node is being told of at this moment. */
  const telling = new Set<string>();

  const need = (sopInstanceUid: string): ProcedureStep => {
    const step = records.get(sopInstanceUid);
    if (step === undefined)
      throw new IsocenterError('NOT_FOUND', 'no such procedure step was begun here', { object: sopInstanceUid });
    return step;
  };

  /** Tells the node where the step stands; what fails is noted, to be told again. */
  const tell = async (step: ProcedureStep, peer: WorkflowNode): Promise<ProcedureStep> => {
    const { sopInstanceUid } = step;
    let reached = step.state;
    let problem: string | undefined;
    telling.add(sopInstanceUid);
    try {
      const who = caller();
      // A step that ended before it could be announced is announced first: N-SET needs something to change.
      if (step.state === 'creating' || step.announced !== true) {
        await createStep(peer, who, sopInstanceUid, createAttributes(performed(step, who)));
        records.change(sopInstanceUid, (now) => now && { ...now, announced: true });
        if (reached === 'creating') reached = 'in progress';
      }
      if (step.state === 'completing' || step.state === 'discontinuing') {
        const outcome = step.state === 'completing' ? 'completed' : 'discontinued';
        const { series, reason, ended } = step;
        await setStep(
          peer,
          who,
          sopInstanceUid,
          finalAttributes({ outcome, series, reason, ended: new Date(ended ?? step.started) }),
        );
        reached = outcome;
      }
    } catch (error) {
      problem = describeError(error);
      log.warning(`procedure step ${step.stepId}: ${problem}`);
    } finally {
      telling.delete(sopInstanceUid);
    }
    return records.change(sopInstanceUid, (now) => now && { ...now, state: reached, problem }) ?? step;
  };

  return {
    async query(peer, filter, signal) {
      const answers = await findWorklist(peer, caller(), filterKeys(filter), { limit: LIMIT, signal });
      return inOrder(answers.flatMap(worklistItems));
    },
    steps: () => records.all().reverse(),
    async start(peer, item) {
      const open = records.all().find((step) => isOpenStep(step) && isSameScheduledStep(step.item, item));
      if (open !== undefined)
        throw new IsocenterError('CONFLICT', 'this scheduled step has been begun already and has not ended', {
          object: open.stepId,
        });
      const started = new Date();
      const step: ProcedureStep = {
        sopInstanceUid: newUid(),
        nodeId: peer.id,
        node: peer.aeTitle,
        state: 'creating',
        stepId: stepIdOf(started),
        item,
        started: started.toISOString(),
        series: [],
        announced: false,
      };
      // What cannot be announced at all is refused before anything is remembered.
      createAttributes(performed(step, caller()));
      records.put(step.sopInstanceUid, step);
      return tell(step, peer);
    },
    async finish(finished, peer) {
      const before = need(finished.sopInstanceUid);
      if (before.state === 'completed' || before.state === 'discontinued')
        throw new IsocenterError('CONFLICT', `is ${before.state} already`, { object: before.stepId });
      const series = await seriesOf(archive, caller().callingAe, before, finished);
      const { outcome, reason } = finished;
      const ended = new Date();
      finalAttributes({ outcome, series, reason, ended });
      const state = outcome === 'completed' ? ('completing' as const) : ('discontinuing' as const);
      const step = { ...before, state, series, reason, ended: ended.toISOString() };
      records.put(step.sopInstanceUid, step);
      return tell(step, peer ?? (await node(step.nodeId)));
    },
    async retry(sopInstanceUid, peer) {
      const step = need(sopInstanceUid);
      return tell(step, peer ?? (await node(step.nodeId)));
    },
    forget(sopInstanceUid) {
      const step = need(sopInstanceUid);
      if (telling.has(sopInstanceUid))
        throw new IsocenterError('CONFLICT', `${step.node} is being told of it just now`, { object: step.stepId });
      if (!isUntold(step))
        throw new IsocenterError('CONFLICT', `${step.node} knows of it: complete or discontinue it`, {
          object: step.stepId,
        });
      return records.remove(sopInstanceUid);
    },
  };
}

const performed = ({ item, stepId, started }: ProcedureStep, { callingAe }: Caller) => ({
  item,
  stepId,
  stationAeTitle: callingAe,
  started: new Date(started),
});

/** Unique within this installation: the millisecond it began, base 36, at most 16 characters. */
const stepIdOf = (started: Date): string => `IC${started.getTime().toString(36).toUpperCase()}`;

/** The series as the archive holds them. @throws CONFLICT for another patient than the step's, NOT_FOUND */
async function seriesOf(
  archive: Pick<Archive, 'locate' | 'tree'>,
  retrieveAeTitle: string,
  { item, stepId }: ProcedureStep,
  { patientKey, seriesInstanceUids }: FinishedStep,
): Promise<PerformedSeries[]> {
  if (seriesInstanceUids.length === 0) return [];
  if (patientKey === undefined)
    throw new IsocenterError('MISSING_ATTRIBUTE', 'whose series?', { attribute: 'patientKey' });
  const patient = await archive.tree(patientKey);
  checkSamePerson(item, patient, `procedure step ${stepId}`);
  const known = patient.tree.flatMap((study) => study.series);
  return Promise.all(
    seriesInstanceUids.map(async (seriesInstanceUid) => {
      const series = known.find((one) => one.seriesInstanceUid === seriesInstanceUid);
      if (series === undefined)
        throw new IsocenterError('NOT_FOUND', 'not in the archive', { object: seriesInstanceUid });
      const objects = (await archive.locate({ patientKey, seriesInstanceUid })).map(
        ({ sopClassUid, sopInstanceUid }) => ({
          sopClassUid,
          sopInstanceUid,
        }),
      );
      return {
        seriesInstanceUid,
        seriesDescription: series.seriesDescription,
        protocolName: item.protocols[0]?.meaning ?? item.step,
        retrieveAeTitle,
        images: objects.filter(({ sopClassUid }) => isImageClass(sopClassUid)),
        others: objects.filter(({ sopClassUid }) => !isImageClass(sopClassUid)),
      };
    }),
  );
}
