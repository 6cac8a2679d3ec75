import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { useDoseSettings } from '#renderer/commands/planning/doseSettings.ts';
import { followEdits } from '#renderer/commands/planning/follow/followEdits.ts';
import { useFullDose } from '#renderer/commands/planning/follow/fullDose.ts';
import { beginLiveEdit } from '#renderer/commands/planning/liveEdit.ts';
import { editPlan } from '#renderer/commands/planning/plans.ts';
import type { ClinicalDocument } from '#renderer/document/records.ts';
import { editDocument, openDocument, redo, undo, useDocument } from '#renderer/document/store.ts';
import { IsocenterError } from '#shared/contract/errors.ts';
import type { DoseVolume } from '#shared/model/dose.ts';
import type { Plan } from '#shared/model/plan.ts';
import { testDocument, testDose } from '../../document/documentBuilder.ts';

interface Asked {
  readonly kind: 'fast' | 'full';
  readonly plan: Plan;
  readonly gridSpacing?: number;
  readonly signal?: AbortSignal;
  readonly answer: (value: unknown) => void;
  readonly fail: (error: unknown) => void;
}

/** What was asked of the worker and not answered yet. */
const asked: Asked[] = [];

vi.mock('#renderer/compute/dose/followFrontend.ts', () => ({
  FollowedDose: class {
    fast(_patient: unknown, request: { plan: Plan; gridSpacing: number }) {
      return new Promise((answer, fail) => asked.push({ kind: 'fast', ...request, answer, fail }));
    }
    full(_patient: unknown, { plan }: { plan: Plan }, { signal }: { signal: AbortSignal }) {
      return new Promise((answer, fail) => {
        signal.addEventListener('abort', () => fail(new IsocenterError('CANCELLED', 'cancelled')));
        asked.push({ kind: 'full', plan, signal, answer, fail });
      });
    }
    dispose() {}
  },
}));

const document = (): ClinicalDocument => {
  const { document: open } = useDocument.getState();
  if (open === null) throw new Error('no document');
  return open;
};
const dose = (approximate: boolean, name: string): DoseVolume => ({
  ...testDose(),
  sopInstanceUid: name,
  provenance: {
    ...({} as NonNullable<DoseVolume['provenance']>),
    approximate,
    reasons: approximate ? ['a pencil beam'] : [],
  },
});
const turned = (gantry: number) => (plan: Plan) => ({
  ...plan,
  beams: plan.beams.map((beam) => ({
    ...beam,
    controlPoints: beam.controlPoints.map((point) => ({ ...point, gantry })),
  })),
});
const gantryOf = (plan: Plan): number => plan.beams[0].controlPoints[0].gantry;
const next = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));
const answerFast = async (name: string): Promise<void> => {
  asked.shift()?.answer({ planDose: dose(true, name), beamDoses: [], warnings: [] });
  // The hand rests: the dose waits for its next change no longer than that.
  await new Promise((resolve) => setTimeout(resolve, 80));
};
const withUnits = (plan: Plan): Plan => ({ ...plan, beams: plan.beams.map((beam) => ({ ...beam, meterset: 77 })) });

let stop: () => void = () => undefined;
beforeEach(() => {
  asked.length = 0;
  useDoseSettings.setState({ follow: false, followHand: true, fullOnRelease: true, gridSpacing: 3 });
  openDocument(testDocument());
  editDocument('Compute dose', ({ plan, primary, structures }) => {
    if (plan === undefined) return null;
    const metered = withUnits(plan);
    return { plan: metered, dose: dose(false, 'first'), doseBasis: { primary, structures, plan: metered } };
  });
  stop = followEdits();
});
afterEach(() => stop());

describe('dose that follows the hand', () => {
  it('is computed one at a time with the newest plan, on the grid for movement, and shown though the hand is ahead', async () => {
    const hand = beginLiveEdit('Turn');
    for (const gantry of [10, 20, 30]) hand.change(turned(gantry));
    expect(asked.map(({ plan, gridSpacing }) => [gantryOf(plan), gridSpacing])).toEqual([[10, 5]]);
    await answerFast('at 10');
    expect(document().dose?.sopInstanceUid).toBe('at 10');
    // It is not that of the plan, and says so.
    expect(document().doseStale).toContain('was changed');
    expect(asked.map(({ plan }) => gantryOf(plan))).toEqual([30]);
    await answerFast('at 30');
    expect(document().doseStale).toBeUndefined();
    expect(asked).toEqual([]);
    hand.cancel();
    expect(document().dose?.sopInstanceUid).toBe('first');
    expect(document().doseStale).toBeUndefined();
  });

  it('waits a moment for the hand, to be drawn with its next change', async () => {
    const hand = beginLiveEdit('Turn');
    hand.change(turned(10));
    asked.shift()?.answer({ planDose: dose(true, 'at 10'), beamDoses: [], warnings: [] });
    await next();
    expect(document().dose?.sopInstanceUid).toBe('first');
    hand.change(turned(20));
    await next();
    expect(document().dose?.sopInstanceUid).toBe('at 10');
    expect(asked.map(({ plan }) => gantryOf(plan))).toEqual([20]);
    hand.cancel();
  });

  it('is followed by the full one when the hand lets go, in the same step of undo; redo brings it back', async () => {
    const hand = beginLiveEdit('Turn');
    hand.change(turned(10));
    await answerFast('at 10');
    hand.end();
    const [full] = asked.splice(0);
    expect([full.kind, gantryOf(full.plan)]).toEqual(['full', 10]);
    expect(useFullDose.getState().running).not.toBeNull();
    const edits = useDocument.getState().history.done.length;
    full.answer({
      plan: withUnits(full.plan),
      planDose: dose(false, 'full'),
      beamDoses: [],
      muCheck: [],
      warnings: [],
    });
    await next();
    expect(useFullDose.getState().running).toBeNull();
    expect(document()).toMatchObject({ dose: { sopInstanceUid: 'full' }, doseStale: undefined });
    expect(document().plan?.beams.map(({ meterset }) => meterset)).toEqual([77, 77]);
    expect(useDocument.getState().history.done).toHaveLength(edits);
    undo();
    expect(document()).toMatchObject({ dose: { sopInstanceUid: 'first' }, doseStale: undefined });
    redo();
    expect(document()).toMatchObject({ dose: { sopInstanceUid: 'full' }, doseStale: undefined });
    expect(asked).toEqual([]);
  });

  it.each([
    ['an edit', () => editPlan('Other', turned(99))],
    ['undo', undo],
    ['the hand', () => beginLiveEdit('Again').change(turned(50))],
    ['the button', () => useFullDose.getState().running?.cancel()],
    ['closing the patient', () => openDocument(null)],
  ])('the full one ends with %s', async (_what, edit) => {
    const hand = beginLiveEdit('Turn');
    hand.change(turned(10));
    await answerFast('at 10');
    hand.end();
    const [full] = asked.splice(0);
    expect(full.signal?.aborted).toBe(false);
    edit();
    expect(full.signal?.aborted).toBe(true);
    await next();
    expect(useFullDose.getState().running).toBeNull();
    expect(asked.filter(({ kind }) => kind === 'full')).toEqual([]);
  });

  it('that would come too late is nobody’s', async () => {
    const hand = beginLiveEdit('Turn');
    hand.change(turned(10));
    const [late] = asked.splice(0);
    openDocument(testDocument({ patientKey: 'another' }));
    late.answer({ planDose: dose(true, 'late'), beamDoses: [], warnings: [] });
    await next();
    expect(document().dose).toBeUndefined();
  });

  it('goes to the plan’s own grid at rest where no full one is wanted', async () => {
    useDoseSettings.setState({ fullOnRelease: false, gridSpacing: 3 });
    const hand = beginLiveEdit('Turn');
    hand.change(turned(10));
    await answerFast('coarse');
    hand.end();
    expect(asked.map(({ kind, gridSpacing }) => [kind, gridSpacing])).toEqual([['fast', 3]]);
  });

  it('says once why there is none', async () => {
    const hand = beginLiveEdit('Turn');
    hand.change(turned(10));
    asked.shift()?.fail(new IsocenterError('DOSE', 'misses the target'));
    await next();
    expect(asked).toEqual([]);
    hand.change(turned(20));
    expect(asked.map(({ plan }) => gantryOf(plan))).toEqual([20]);
    hand.cancel();
  });

  it('is not computed for other edits unless asked for', async () => {
    editPlan('Typed', turned(10));
    await new Promise((resolve) => setTimeout(resolve, 80));
    expect(asked).toEqual([]);
    useDoseSettings.setState({ follow: true });
    await vi.waitFor(() => expect(asked.map(({ kind, gridSpacing }) => [kind, gridSpacing])).toEqual([['fast', 3]]));
  });
});
