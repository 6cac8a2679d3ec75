import { FollowedDose } from '#renderer/compute/dose/followFrontend.ts';
import { useRunning } from '#renderer/commands/runningStore.ts';
import type { ClinicalDocument } from '#renderer/document/records.ts';
import { patchDocument, useDocument } from '#renderer/document/store.ts';
import { setMessage } from '#renderer/stores/statusStore.ts';
import { describeError, IsocenterError } from '#shared/contract/errors.ts';
import type { Plan } from '#shared/model/plan.ts';
import { patientOf, weightsOf } from '../doseRequest.ts';
import { useDoseSettings } from '../doseSettings.ts';
import { nextMove, paceHand, useHand } from '../liveEdit.ts';
import { FinalDoses } from './finalDoses.ts';
import { FullDose } from './fullDose.ts';

/** Edits closer together than this (ms) are one, unless they are the hand's. */
const PAUSE = 40;
/** A dose waits so long (ms) to be drawn together with the hand's next change. */
const FRAME = 60;
/** While the hand moves no finer grid is computed, mm. */
const MOVING_GRID = 5;
/** After the workspace opened the worker gets to know the patient, so that the first movement does not wait for it, ms. */
const WARM_UP_AFTER = 1500;

/**
 * An approximate dose takes the place of one that an edit made stale: while the hand moves, and after every edit while settings.follow
 * is on. It is no edit: Undo leads from plan to plan, and where it comes back to the plan of a final dose that was replaced, that dose
 * is shown again. No monitor units enter the plan with it. When the hand lets go, the collapsed cone's dose is computed.
 * While the hand moves every update is finished before the next one begins, with the plan as it is then: what lies between is
 * dropped, nothing queues. Returns what ends it.
 */
export function followEdits(): () => void {
  const followed = new FollowedDose();
  const finals = new FinalDoses();
  const full = new FullDose(followed);
  let running: { readonly plan: Plan; readonly moving: boolean } | undefined;
  let failed: Plan | undefined;
  let ended = false;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const compute = async (): Promise<void> => {
    const { document } = useDocument.getState();
    const plan = document?.plan;
    if (document === null || plan === undefined || !isWanted(document, failed)) return;
    const moving = isUnderHand(plan);
    if (running?.moving === true || running?.plan === plan) return;
    const work = { plan, moving };
    running = work;
    if (moving) paceHand(true);
    try {
      const { planDose, beamDoses } = await followed.fast(...fastRequest(document, plan));
      if (moving) await nextMove(FRAME);
      const now = useDocument.getState().document;
      // What was computed for another patient, outline or plan is nobody's; the hand's plan of a moment ago is better than that of before.
      const isHands = moving && now?.plan !== undefined && isUnderHand(now.plan);
      if (now === null || (now.plan !== plan && !isHands) || !sameOtherwise(now, document)) return;
      if (!isWanted(now, failed)) return;
      const { primary, structures } = now;
      patchDocument({ dose: planDose, beamDoses, doseBasis: { primary, structures, plan } });
    } catch (error) {
      if (error instanceof IsocenterError && error.code === 'CANCELLED') return;
      failed = plan;
      setMessage(`No dose follows this edit: ${describeError(error)}`, 'warning');
    } finally {
      if (running === work) {
        running = undefined;
        paceHand(false);
        consider();
      }
    }
  };

  const consider = (): void => {
    if (ended) return;
    const { document } = useDocument.getState();
    if (document === null) {
      full.stop();
      return;
    }
    finals.note(document);
    const isFinal = document.dose?.provenance?.approximate === false && document.doseStale === undefined;
    if (!isFinal) {
      const known = finals.of(document);
      if (known !== undefined) {
        patchDocument(known);
        return;
      }
    }
    const { plan } = document;
    if (!isFinal && plan !== undefined && isFullWanted(document, plan)) full.want(document, plan);
    else full.stop();
    if (!isWanted(document, failed)) return;
    clearTimeout(timer);
    if (useHand.getState().left === plan) void compute();
    else timer = setTimeout(() => void compute(), PAUSE);
  };

  /** Everything that a first movement would have to wait for; nothing is shown. */
  const warmUp = (): void => {
    const { document } = useDocument.getState();
    const plan = document?.plan;
    if (document === null || plan === undefined || running !== undefined || !useDoseSettings.getState().followHand)
      return;
    if (!isComputable(document) || useRunning.getState().work !== null) return;
    const [patient, request] = fastRequest(document, plan);
    followed
      .fast(patient, { ...request, gridSpacing: movingGrid(), withBeamDoses: false })
      // What is wrong with the plan is told when its dose is wanted.
      .catch(() => undefined);
  };
  const warming = setTimeout(warmUp, WARM_UP_AFTER);

  const stops = [
    useDocument.subscribe(consider),
    useHand.subscribe(({ moving }, before) => {
      if (moving !== before.moving) consider();
    }),
    useDoseSettings.subscribe(({ follow, followHand }, before) => {
      if (!follow && !followHand && (before.follow || before.followHand)) followed.dispose();
      consider();
    }),
    useRunning.subscribe(consider),
  ];
  consider();
  return () => {
    ended = true;
    paceHand(false);
    clearTimeout(timer);
    clearTimeout(warming);
    for (const stop of stops) stop();
    full.stop();
    followed.dispose();
  };
}

/** Whether the hand moves and left this plan last. */
const isUnderHand = (plan: Plan): boolean => useHand.getState().moving && plan === useHand.getState().left;

const movingGrid = (): number => Math.max(MOVING_GRID, useDoseSettings.getState().gridSpacing);

function fastRequest(document: ClinicalDocument, plan: Plan): Parameters<FollowedDose['fast']> {
  const settings = useDoseSettings.getState();
  const moving = isUnderHand(plan);
  const gridSpacing = moving ? movingGrid() : settings.gridSpacing;
  return [patientOf(document, plan, settings), { plan, weights: weightsOf(plan), gridSpacing, withBeamDoses: !moving }];
}

const sameOtherwise = (a: ClinicalDocument, b: ClinicalDocument): boolean =>
  a.patientKey === b.patientKey &&
  a.planIndex === b.planIndex &&
  a.structures === b.structures &&
  a.primary === b.primary;

const isComputable = ({ plan, structures }: ClinicalDocument): boolean =>
  plan?.beams.some(({ deliveryType }) => deliveryType === 'TREATMENT') === true &&
  structures.rois.some(({ type, contours }) => type === 'EXTERNAL' && contours.length > 0);

/** A dose is wanted where the one shown is stale or there is none, and nothing better is on its way. */
function isWanted(document: ClinicalDocument, failed: Plan | undefined): boolean {
  const { plan, dose, doseStale } = document;
  const { follow, followHand } = useDoseSettings.getState();
  return (
    (follow || (followHand && plan === useHand.getState().left)) &&
    useRunning.getState().work === null &&
    plan !== undefined &&
    plan !== failed &&
    (dose === undefined || doseStale !== undefined || isCoarse(document, plan)) &&
    isComputable(document)
  );
}

/** A dose left from when the hand still moved, where no better one follows by itself. */
function isCoarse({ dose }: ClinicalDocument, plan: Plan): boolean {
  const { moving, left } = useHand.getState();
  const { gridSpacing, fullOnRelease } = useDoseSettings.getState();
  return !moving && plan === left && !fullOnRelease && dose !== undefined && dose.spacing[0] > gridSpacing + 0.01;
}

/** The hand let go of this plan. */
function isFullWanted(document: ClinicalDocument, plan: Plan): boolean {
  const { fullOnRelease, followHand } = useDoseSettings.getState();
  const { moving, left } = useHand.getState();
  return (
    followHand &&
    fullOnRelease &&
    !moving &&
    plan === left &&
    useRunning.getState().work === null &&
    isComputable(document)
  );
}
