import { timeText } from '../transfers/words.ts';
import { isOpenStep, isSameScheduledStep } from '#shared/contract/rpc/worklist.ts';
import type { ProcedureStep, StepState, WorklistItem } from '#shared/contract/rpc/worklist.ts';

/** A DICOM time (TM) for people: hours and minutes. */
export const timeOfDay = (time: string): string => (time.length < 4 ? time : `${time.slice(0, 2)}:${time.slice(2, 4)}`);

/** A DICOM date and time (DT) for people, to the minute. */
export function dateAndTime(text: string): string {
  const date = `${text.slice(0, 4)}-${text.slice(4, 6)}-${text.slice(6, 8)}`;
  if (text.length < 8) return text;
  return text.length < 12 ? date : `${date} ${text.slice(8, 10)}:${text.slice(10, 12)}`;
}

/** Today as DA. */
export function today(): string {
  const now = new Date();
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${now.getFullYear()}${two(now.getMonth() + 1)}${two(now.getDate())}`;
}

export const STEP_WORDS: Readonly<Record<StepState, string>> = {
  creating: 'begun, the RIS does not know yet',
  'in progress': 'in progress',
  completing: 'completed, the RIS does not know yet',
  completed: 'completed',
  discontinuing: 'discontinued, the RIS does not know yet',
  discontinued: 'discontinued',
};

/** The node has not (yet) answered what it was told. */
export const isPending = (state: StepState): boolean =>
  state === 'creating' || state === 'completing' || state === 'discontinuing';

/** Why a scheduled step cannot be started now; undefined when it can. */
export function startedAlready(item: WorklistItem, steps: readonly ProcedureStep[]): string | undefined {
  const open = steps.find((step) => isOpenStep(step) && isSameScheduledStep(step.item, item));
  if (open === undefined) return undefined;
  if (open.state === 'in progress') return `under way since ${timeText(open.started)}`;
  return open.state === 'creating'
    ? `begun, ${open.node} does not know yet: see below`
    : `ended, ${open.node} does not know yet: see below`;
}
