import { create } from 'zustand';
import type { FollowedDose } from '#renderer/compute/dose/followFrontend.ts';
import type { ClinicalDocument } from '#renderer/document/records.ts';
import { joinNewestEdit, patchDocument, useDocument } from '#renderer/document/store.ts';
import { setMessage } from '#renderer/stores/statusStore.ts';
import { describeError, IsocenterError } from '#shared/contract/errors.ts';
import type { Plan } from '#shared/model/plan.ts';
import { warnOfUnits } from '../computeDose.ts';
import { patientOf, weightsOf } from '../doseRequest.ts';
import { useDoseSettings } from '../doseSettings.ts';

/** The full dose under way after the hand let go; it blocks nothing, and the next edit ends it. */
export const useFullDose = create<{
  readonly running: { readonly fraction: number; readonly cancel: () => void } | null;
}>(() => ({ running: null }));

/**
 * Computes the collapsed cone's dose of a plan that the hand left. It comes with its monitor units: these join the edit that the hand
 * made, so that one undo takes back both; the dose itself is no edit.
 */
export class FullDose {
  readonly #followed: FollowedDose;
  #plan: Plan | undefined;
  #abort: AbortController | undefined;
  /** Not again: it failed, or the user did not want it. */
  #done: Plan | undefined;

  constructor(followed: FollowedDose) {
    this.#followed = followed;
  }

  /** Starts, unless it is under way already; what is under way for another plan ends. */
  want(document: ClinicalDocument, plan: Plan): void {
    if (this.#plan === plan || this.#done === plan) return;
    this.stop();
    void this.#compute(document, plan);
  }

  stop(): void {
    if (this.#abort === undefined) return;
    this.#abort.abort();
    this.#abort = undefined;
    this.#plan = undefined;
    useFullDose.setState({ running: null });
  }

  async #compute(document: ClinicalDocument, plan: Plan): Promise<void> {
    const abort = new AbortController();
    this.#abort = abort;
    this.#plan = plan;
    const cancel = (): void => {
      this.#done = plan;
      this.stop();
    };
    const tell = (fraction: number): void => {
      if (this.#abort === abort) useFullDose.setState({ running: { fraction, cancel } });
    };
    tell(0);
    try {
      const settings = useDoseSettings.getState();
      const { directions } = settings;
      const { signal } = abort;
      const request = { plan, weights: weightsOf(plan), directions };
      const answer = await this.#followed.full(patientOf(document, plan, settings), request, {
        signal,
        onProgress: tell,
      });
      this.#done = plan;
      const now = useDocument.getState().document;
      const { primary, structures, patientKey } = document;
      if (now?.plan !== plan || now.patientKey !== patientKey) return;
      if (now.structures !== structures || now.primary !== primary) return;
      const { planDose: dose, beamDoses, muCheck } = answer;
      joinNewestEdit((last) => (last.plan === plan ? { plan: answer.plan } : null));
      patchDocument({ dose, beamDoses, doseBasis: { primary, structures, plan: answer.plan, muCheck } });
      warnOfUnits(muCheck);
    } catch (error) {
      if (error instanceof IsocenterError && error.code === 'CANCELLED') return;
      this.#done = plan;
      setMessage(`No full dose of this plan: ${describeError(error)}`, 'warning');
    } finally {
      if (this.#abort === abort) {
        this.#abort = undefined;
        this.#plan = undefined;
        useFullDose.setState({ running: null });
      }
    }
  }
}
